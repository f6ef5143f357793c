import { BSONRegExp, ObjectId } from 'bson';
import { type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compileFilter, isOperatorExpression, type Matcher } from './filter.js';

/** For a dotted path the values one of which the field must equal: the terms an index can answer. */
export type EqualityTerms = ReadonlyMap<string, readonly unknown[]>;

/** A filter ready to be run. */
export interface Query {
  readonly filter: Document;
  /** Tests each candidate; whatever an index gives is tested again, save where `exactId` decides alone. */
  readonly matches: Matcher;
  readonly terms: EqualityTerms;
  /** Set when the filter is nothing but `{_id: value}`: the value's key. */
  readonly exactId: string | undefined;
}

/** Compiles a filter. Refuses unknown operators (2) and those that are not implemented (238). */
export function compileQuery(filter: Document): Query {
  const id = filter._id;
  if ((id instanceof ObjectId || typeof id === 'string') && Object.keys(filter).length === 1) {
    return { filter, matches: () => true, terms: new Map(), exactId: equalityKey(id) };
  }
  const matches = compileFilter(filter);
  const terms = new Map<string, readonly unknown[]>();
  collectTerms(filter, '', terms);
  return { filter, matches, terms, exactId: undefined };
}

/**
 * The equalities that every match satisfies: literals, `$eq`, `$in`, `$and` of these, and `$elemMatch` of these.
 * Conditions on arrays as a whole and regular expressions are left out, since an index holds elements.
 */
function collectTerms(filter: Document, prefix: string, terms: Map<string, readonly unknown[]>): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (isDocument(part)) collectTerms(part, prefix, terms);
    }
    if (name.startsWith('$')) continue;
    const path = prefix + name;
    const values = valuesOf(condition);
    if (values?.every(isIndexable) && values.length < (terms.get(path)?.length ?? Number.POSITIVE_INFINITY))
      terms.set(path, values);
    const element = isOperatorExpression(condition) ? condition.$elemMatch : undefined;
    if (isDocument(element) && !isOperatorExpression(element)) collectTerms(element, `${path}.`, terms);
  }
}

function valuesOf(condition: unknown): readonly unknown[] | undefined {
  if (!isOperatorExpression(condition)) return [condition];
  if ('$eq' in condition) return [condition.$eq];
  return Array.isArray(condition.$in) ? condition.$in : undefined;
}

function isIndexable(value: unknown): boolean {
  return !Array.isArray(value) && !(value instanceof BSONRegExp);
}
