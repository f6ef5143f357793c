import { BSONRegExp } from 'bson';
import { type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { isOperatorExpression } from './matcher.js';

/** For a dotted path the values one of which the field must equal: the terms an index can answer. */
export type EqualityTerms = ReadonlyMap<string, readonly unknown[]>;

/**
 * The equalities that every match of a filter satisfies: literals, `$eq`, `$in`, `$and` of these, and
 * `$elemMatch` of these. Conditions on arrays as a whole and regular expressions are left out, since a
 * multikey index holds elements.
 */
export function equalityTerms(filter: Document): EqualityTerms {
  const terms = new Map<string, readonly unknown[]>();
  collect(filter, '', terms);
  return terms;
}

function collect(filter: Document, prefix: string, terms: Map<string, readonly unknown[]>): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (isDocument(part)) collect(part, prefix, terms);
    }
    if (name.startsWith('$')) continue;
    const path = prefix + name;
    const values = valuesOf(condition);
    if (values?.every(isIndexable)) keepFewest(terms, path, values);
    if (!isOperatorExpression(condition)) continue;
    const element = condition.$elemMatch;
    if (isDocument(element) && !isOperatorExpression(element)) collect(element, `${path}.`, terms);
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

function keepFewest(terms: Map<string, readonly unknown[]>, path: string, values: readonly unknown[]): void {
  const known = terms.get(path);
  if (!known || values.length < known.length) terms.set(path, values);
}

/** The index keys of a term's values. */
export function keysOf(values: readonly unknown[]): string[] {
  return values.map(equalityKey);
}
