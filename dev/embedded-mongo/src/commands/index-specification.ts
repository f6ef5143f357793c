import { type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { isNumeric, wholeNumber } from '../bson/types.js';
import type { IndexSpecification } from '../collection-index.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileMatcher, isOperatorExpression } from '../query/matcher.js';
import { Arguments } from './arguments.js';

const KNOWN_OPTIONS = new Set([
  'background',
  'collation',
  'expireAfterSeconds',
  'hidden',
  'key',
  'name',
  'ns',
  'partialFilterExpression',
  'sparse',
  'unique',
  'v',
]);

/** The operators MongoDB allows in a partial index; with these, what equals a value is known to be in or out. */
const PARTIAL_OPERATORS = new Set(['$eq', '$exists', '$gt', '$gte', '$in', '$lt', '$lte', '$type']);

/** Reads one index of `createIndexes`. Refused: unknown options (197), kinds of index not served (67, 238). */
export function readIndexSpecification(raw: Document): IndexSpecification {
  const args = new Arguments('createIndexes.indexes', raw);
  for (const option of args.names) {
    if (KNOWN_OPTIONS.has(option)) continue;
    throw new CommandError(197, `The field '${option}' is not valid for an index specification.`);
  }
  args.refuseCollation();
  if (args.flag('hidden')) throw notImplemented('a hidden index');
  const key = args.document('key');
  checkKey(key);
  const specification: IndexSpecification = { v: 2, key, name: args.text('name') };
  if (args.flag('unique')) specification.unique = true;
  if (args.flag('sparse')) specification.sparse = true;
  if (args.value('partialFilterExpression') !== undefined) {
    specification.partialFilterExpression = checkedFilter(args.document('partialFilterExpression'));
    if (specification.sparse) {
      throw new CommandError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
    }
  }
  const seconds = args.value('expireAfterSeconds');
  if (seconds !== undefined) specification.expireAfterSeconds = checkedExpiry(seconds, key);
  return specification;
}

function checkKey(key: Document): void {
  const fields = Object.entries(key);
  if (fields.length === 0) throw new CommandError(67, 'Index keys cannot be empty.');
  for (const [field, kind] of fields) {
    if (typeof kind === 'string') throw notImplemented(`an index of kind '${kind}'`);
    if (!isNumeric(kind) || equalityKey(kind) === equalityKey(0)) {
      throw new CommandError(67, `Values in the index key pattern must be numbers other than 0: '${field}'`);
    }
    if (field.includes('$'))
      throw notImplemented(`a wildcard index, or a field name with $ in one ('${field}')`);
    if (field.split('.').includes(''))
      throw new CommandError(67, `Index keys cannot be an empty field: '${field}'`);
  }
}

function checkedFilter(filter: Document): Document {
  compileMatcher(filter);
  refuseUnsupportedConditions(filter);
  return filter;
}

function refuseUnsupportedConditions(filter: Document): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' || name === '$or') {
      for (const part of Array.isArray(condition) ? condition : [])
        if (isDocument(part)) refuseUnsupportedConditions(part);
      continue;
    }
    const operators = isOperatorExpression(condition) ? Object.entries(condition) : [];
    const unsupported = operators.find(
      ([operator, operand]) =>
        !PARTIAL_OPERATORS.has(operator) || (operator === '$exists' && operand !== true),
    );
    if (name.startsWith('$') || unsupported) {
      throw new CommandError(67, `Expression not supported in partial index: ${unsupported?.[0] ?? name}`);
    }
  }
}

function checkedExpiry(seconds: unknown, key: Document): number {
  const value = wholeNumber(seconds);
  if (value === undefined || value < 0)
    throw new CommandError(
      67,
      'TTL index option expireAfterSeconds must be a whole number of seconds, 0 or more',
    );
  if (Object.keys(key).length > 1)
    throw new CommandError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  return value;
}

/**
 * Compares with the indexes that are there: true if the same one exists, false if it may be built. Refused as
 * MongoDB does: another index of that name (86), the same index with another name or expiry (85).
 */
export function existsAlready(wanted: IndexSpecification, existing: readonly IndexSpecification[]): boolean {
  const named = existing.find(({ name }) => name === wanted.name);
  if (named && signature(named) !== signature(wanted)) {
    throw new CommandError(
      86,
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${wanted.name}`,
    );
  }
  const same = named ?? existing.find((other) => signature(other) === signature(wanted));
  if (!same) return false;
  if (same.name !== wanted.name)
    throw new CommandError(85, `Index already exists with a different name: ${same.name}`);
  if (same.expireAfterSeconds !== wanted.expireAfterSeconds) {
    throw new CommandError(
      85,
      `An equivalent index already exists with the same name but different options. Requested index: ${wanted.name}`,
    );
  }
  return true;
}

function signature({ key, unique, sparse, partialFilterExpression }: IndexSpecification): string {
  return equalityKey({
    key,
    unique: unique === true,
    sparse: sparse === true,
    partial: partialFilterExpression,
  });
}
