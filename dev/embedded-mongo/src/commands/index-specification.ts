import { type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { isNumeric, wholeNumber } from '../bson/types.js';
import type { IndexSpecification } from '../collection-index.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileFilter, isOperatorExpression } from '../query/filter.js';
import { Arguments, refusedArgument } from './arguments.js';

const OPTIONS = new Set([
  'background',
  'expireAfterSeconds',
  'key',
  'name',
  'partialFilterExpression',
  'sparse',
  'unique',
  'v',
]);

/** The operators MongoDB allows in the filter of a partial index. */
const PARTIAL_OPERATORS = new Set(['$eq', '$exists', '$gt', '$gte', '$in', '$lt', '$lte']);

/** Reads one index of `createIndexes`. Refused: unknown options (197), kinds of index not served (67, 238). */
export function readIndexSpecification(raw: Document): IndexSpecification {
  for (const option of Object.keys(raw)) {
    if (!OPTIONS.has(option)) throw refusedArgument('createIndexes.indexes', option, 197);
  }
  const args = new Arguments('createIndexes.indexes', raw);
  const key = args.document('key');
  checkKey(key);
  const specification: IndexSpecification = { v: 2, key, name: args.text('name') };
  if (args.flag('unique')) specification.unique = true;
  if (args.flag('sparse')) specification.sparse = true;
  if (args.value('partialFilterExpression') !== undefined) {
    const filter = args.document('partialFilterExpression');
    checkPartialFilter(filter);
    if (specification.sparse)
      throw new CommandError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
    specification.partialFilterExpression = filter;
  }
  if (args.value('expireAfterSeconds') !== undefined) {
    specification.expireAfterSeconds = checkedExpiry(args.value('expireAfterSeconds'), key);
  }
  return specification;
}

function checkKey(key: Document): void {
  const fields = Object.entries(key);
  if (fields.length === 0) throw new CommandError(67, 'Index keys cannot be empty.');
  for (const [field, direction] of fields) {
    if (typeof direction === 'string') throw notImplemented(`an index of kind '${direction}'`);
    if (field.includes('$')) throw notImplemented(`a wildcard index ('${field}')`);
    if (!isNumeric(direction) || Number(direction) === 0)
      throw new CommandError(67, `Values in the index key pattern must be numbers other than 0: '${field}'`);
    if (field.split('.').includes(''))
      throw new CommandError(67, `Index keys cannot be an empty field: '${field}'`);
  }
}

function checkPartialFilter(filter: Document): void {
  for (const [name, condition] of Object.entries(filter)) {
    const operators = isOperatorExpression(condition) ? Object.keys(condition) : [];
    const refused = [name, ...operators].find((part) => part.startsWith('$') && !PARTIAL_OPERATORS.has(part));
    if (refused) throw new CommandError(67, `Expression not supported in partial index: ${refused}`);
    if (isDocument(condition) && '$exists' in condition && condition.$exists !== true)
      throw new CommandError(67, 'Expression not supported in partial index: $not');
  }
  compileFilter(filter);
}

function checkedExpiry(seconds: unknown, key: Document): number {
  const value = wholeNumber(seconds);
  if (value === undefined || value < 0)
    throw new CommandError(67, 'TTL index option expireAfterSeconds must be a whole number, 0 or more');
  if (Object.keys(key).length > 1)
    throw new CommandError(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  return value;
}

/**
 * Compares with the indexes that are there: true if the same one exists, false if it may be built. Refused as
 * MongoDB does: another index of that name (86), the same index with another name or expiry (85).
 */
export function existsAlready(wanted: IndexSpecification, existing: readonly IndexSpecification[]): boolean {
  if (signature(wanted) === signature({ v: 2, key: { _id: 1 }, name: '' })) return true;
  const named = existing.find(({ name }) => name === wanted.name);
  if (named && signature(named) !== signature(wanted)) {
    throw new CommandError(86, `An existing index has the same name as the requested index: ${wanted.name}`);
  }
  const same = named ?? existing.find((other) => signature(other) === signature(wanted));
  if (!same) return false;
  if (same.name !== wanted.name)
    throw new CommandError(85, `Index already exists with a different name: ${same.name}`);
  if (same.expireAfterSeconds === wanted.expireAfterSeconds) return true;
  throw new CommandError(85, `An equivalent index already exists with different options: ${wanted.name}`);
}

function signature({ key, unique, sparse, partialFilterExpression }: IndexSpecification): string {
  const partial = partialFilterExpression ?? null;
  return equalityKey({ key, unique: unique === true, sparse: sparse === true, partial });
}
