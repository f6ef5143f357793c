import type { Document } from '../bson/document.js';
import type { Collection, Match } from '../collection.js';
import type { CollectionIndex } from '../collection-index.js';
import { slotFor, writeSlot } from '../update/slot.js';
import { type EqualityTerms, keysOf } from './equality.js';
import type { Query } from './query.js';

/** Which records a query has to look at. */
export interface Plan {
  records: Iterable<number>;
  /** The index that gave them; undefined when the whole collection is read. */
  index: string | undefined;
}

/** More key combinations than this (`$in` times `$in`) are not worth looking up one by one. */
const MOST_LOOKUPS = 10_000;

/** Chooses how to find a query's documents: by `_id`, by the index with the fewest candidates, or by reading all. */
export function planQuery(collection: Collection, { exactId, terms }: Query): Plan {
  if (exactId !== undefined) return { records: recordsOfIds(collection, [exactId]), index: '_id_' };
  if (terms.size === 0) return { records: collection.records(), index: undefined };
  const ids = terms.get('_id');
  if (ids) return { records: inInsertionOrder(recordsOfIds(collection, keysOf(ids))), index: '_id_' };
  let best: { records: Set<number>; index: string } | undefined;
  for (const index of collection.indexes) {
    const records = candidates(index, terms);
    if (records && (!best || records.size < best.records.size))
      best = { records, index: index.specification.name };
  }
  if (!best) return { records: collection.records(), index: undefined };
  return { records: inInsertionOrder(best.records), index: best.index };
}

function recordsOfIds(collection: Collection, keys: readonly string[]): number[] {
  const records: number[] = [];
  for (const key of keys) {
    const record = collection.recordOfId(key);
    if (record !== undefined) records.push(record);
  }
  return records;
}

// Two values of an $in may lead to one record; record numbers grow with time.
function inInsertionOrder(records: Iterable<number>): number[] {
  return [...new Set(records)].sort((a, b) => a - b);
}

function candidates(index: CollectionIndex, terms: EqualityTerms): Set<number> | undefined {
  const prefix = usablePrefix(index, terms);
  if (prefix.length === 0 || !coversMatches(index, terms)) return undefined;
  let combinations: string[][] = [[]];
  for (const values of prefix) {
    const keys = keysOf(values);
    if (combinations.length * keys.length > MOST_LOOKUPS) break;
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

/** Whether a sparse or partial index is sure to hold every document that satisfies the terms. */
function coversMatches(index: CollectionIndex, terms: EqualityTerms): boolean {
  const { sparse } = index.specification;
  if (sparse)
    return index.fields.some((field) =>
      terms.get(field)?.every((value) => value !== null && value !== undefined),
    );
  if (!index.filter) return true;
  // What the terms fix, as a document: if the index's filter accepts it, it accepts whatever matches them.
  const fixed: Document = {};
  for (const [path, values] of terms) {
    if (values.length !== 1) continue;
    try {
      writeSlot(slotFor(fixed, path.split('.')), values[0]);
    } catch {
      return false;
    }
  }
  return index.filter(fixed);
}

/** The documents a query matches, in the order they were inserted, found as they are asked for. */
export function* matching(collection: Collection, query: Query): Generator<Match> {
  for (const record of planQuery(collection, query).records) {
    const document = collection.read(record)?.document;
    if (document && query.matches(document)) yield { record, document };
  }
}
