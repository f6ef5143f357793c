import type { Document } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import type { Collection, Match } from '../collection.js';
import type { CollectionIndex } from '../collection-index.js';
import type { EqualityTerms, Query } from './query.js';
import { compileSort } from './sort.js';

/** Which records a query has to examine. */
interface Plan {
  readonly records: Iterable<number>;
  /** The index that gave them; undefined when the whole collection is read. */
  readonly index: string | undefined;
}

/** More key combinations than this (`$in` times `$in`) are not worth looking up one by one. */
const MAX_LOOKUPS = 10_000;

/** Chooses how to find a query's documents: by `_id`, by the index with the fewest candidates, or by reading all. */
export function planQuery(collection: Collection, { exactId, terms }: Query): Plan {
  if (exactId !== undefined) return { records: recordsOfIds(collection, [exactId]), index: '_id_' };
  const ids = terms.get('_id');
  if (ids) {
    const records = inInsertionOrder(recordsOfIds(collection, ids.map(equalityKey)));
    return { records, index: '_id_' };
  }
  let best: { records: Set<number>; index: string } | undefined;
  for (const index of terms.size > 0 ? collection.indexes : []) {
    const records = candidates(index, terms);
    if (records && (!best || records.size < best.records.size))
      best = { records, index: index.specification.name };
  }
  if (!best) return { records: collection.records(), index: undefined };
  return { records: inInsertionOrder(best.records), index: best.index };
}

function recordsOfIds(collection: Collection, keys: readonly string[]): number[] {
  return keys.map((key) => collection.recordOfId(key)).filter((record) => record !== undefined);
}

// Two values of an $in may lead to one record; record numbers grow with time.
function inInsertionOrder(records: Iterable<number>): number[] {
  return [...new Set(records)].sort((a, b) => a - b);
}

function candidates(index: CollectionIndex, terms: EqualityTerms): Set<number> | undefined {
  if (!holdsAllMatches(index, terms)) return undefined;
  let combinations: string[][] = [[]];
  for (const values of usablePrefix(index, terms)) {
    const keys = values.map(equalityKey);
    if (combinations.length * keys.length > MAX_LOOKUPS) break;
    combinations = combinations.flatMap((combination) => keys.map((key) => [...combination, key]));
  }
  if (combinations[0]?.length === 0) return undefined;
  const records = new Set<number>();
  for (const combination of combinations) for (const record of index.lookup(combination)) records.add(record);
  return records;
}

// Conditions on two fields of one array may be met by different elements, but an index entry holds the values
// of a single one: then only the first of them is looked up.
function usablePrefix(index: CollectionIndex, terms: EqualityTerms): (readonly unknown[])[] {
  const prefix: (readonly unknown[])[] = [];
  const roots = new Set<string>();
  for (const field of index.fields) {
    const values = terms.get(field);
    const root = field.split('.')[0] ?? field;
    if (!values || (index.multikey && roots.has(root))) break;
    roots.add(root);
    prefix.push(values);
  }
  return prefix;
}

// A sparse or partial index serves a query only if it is sure to hold every match.
function holdsAllMatches({ specification, fields }: CollectionIndex, terms: EqualityTerms): boolean {
  const { sparse, partialFilterExpression } = specification;
  if (sparse) return fields.some((field) => terms.get(field)?.every((value) => (value ?? null) !== null));
  return Object.entries(partialFilterExpression ?? {}).every(([path, wanted]) => {
    const key = equalityKey(wanted);
    return terms.get(path)?.every((value) => equalityKey(value) === key);
  });
}

/** The documents a query matches, in the order they were inserted, found one by one. */
export function* matching(collection: Collection, query: Query): Generator<Match> {
  for (const record of planQuery(collection, query).records) {
    const stored = collection.read(record);
    if (stored && (query.exactId !== undefined || query.matches(stored.document))) yield { record, stored };
  }
}

/** The documents a query matches, in the order asked for, at most `limit` of them, all found at once. */
export function selectMatches(
  collection: Collection,
  query: Query,
  sort: Document,
  limit = Number.POSITIVE_INFINITY,
): Match[] {
  const order = compileSort(sort);
  if (order) {
    const all = [...matching(collection, query)];
    return all.sort((a, b) => order(a.stored.document, b.stored.document)).slice(0, limit);
  }
  const selected: Match[] = [];
  for (const match of matching(collection, query)) {
    selected.push(match);
    if (selected.length >= limit) break;
  }
  return selected;
}
