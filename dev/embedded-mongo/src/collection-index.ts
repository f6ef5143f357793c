import { type Document, isDocument } from './bson/document.js';
import { equalityKey, joinKeys } from './bson/key.js';
import { wholeNumber } from './bson/types.js';
import { CommandError } from './errors.js';
import { indexTuples } from './index-keys.js';
import { compileMatcher, type Matcher } from './query/matcher.js';

/** An index as `listIndexes` shows it. */
export interface IndexSpecification extends Document {
  v: number;
  key: Document;
  name: string;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Document;
  expireAfterSeconds?: number;
}

/** A document's place in one index: for each prefix of its fields, the keys it stands under. */
export interface IndexEntry {
  levels: readonly (readonly string[])[];
  tuples: readonly (readonly unknown[])[];
}

/** The records under one key; nearly always one, so that no set is made for it. */
type Posting = number | Set<number>;

/**
 * One secondary index, in memory: hash maps from the equality key of the first field, of the first two, and
 * so on, to records. It answers equality; ranges and sorts scan. Rebuilt from the documents on opening.
 */
export class CollectionIndex {
  readonly specification: IndexSpecification;
  readonly fields: readonly string[];
  readonly filter: Matcher | undefined;
  readonly #paths: readonly (readonly string[])[];
  readonly #levels: readonly Map<string, Posting>[];
  /** When each record expires, in milliseconds since 1970; only of a TTL index. */
  readonly #expiries = new Map<number, number>();
  /** Whether some document ever had several entries here. */
  multikey = false;

  constructor(specification: IndexSpecification) {
    this.specification = specification;
    this.fields = Object.keys(specification.key);
    this.#paths = this.fields.map((field) => field.split('.'));
    this.#levels = this.fields.map(() => new Map());
    this.filter =
      specification.partialFilterExpression && compileMatcher(specification.partialFilterExpression);
  }

  /** The document's entry, or undefined if the index leaves it out. Throws 171 on parallel arrays. */
  entryOf(document: Document): IndexEntry | undefined {
    if (this.filter && !this.filter(document)) return undefined;
    const tuples = indexTuples(document, this.#paths);
    if (this.specification.sparse && tuples.every((tuple) => tuple.every((value) => value === undefined)))
      return undefined;
    return { tuples, levels: this.#paths.map((_path, level) => levelKeys(tuples, level)) };
  }

  /** Refuses (11000) an entry whose full key another record holds already, if the index is unique. */
  refuseDuplicate(entry: IndexEntry | undefined, record: number | undefined, namespace: string): void {
    if (!entry || !this.specification.unique) return;
    const full = this.#levels.at(-1);
    for (const key of entry.levels.at(-1) ?? []) {
      const posting = full?.get(key);
      if (posting === undefined || posting === record) continue;
      const values = entry.tuples.find((tuple) => tupleKey(tuple, tuple.length - 1) === key) ?? [];
      throw duplicateKey(namespace, this.specification, values);
    }
  }

  add(record: number, entry: IndexEntry | undefined): void {
    if (!entry) return;
    if (entry.tuples.length > 1) this.multikey = true;
    for (const [level, keys] of entry.levels.entries()) {
      const postings = this.#levels[level];
      for (const key of keys) if (postings) addTo(postings, key, record);
    }
    const expiry = this.#expiryOf(entry);
    if (expiry !== undefined) this.#expiries.set(record, expiry);
  }

  remove(record: number, entry: IndexEntry | undefined): void {
    if (!entry) return;
    for (const [level, keys] of entry.levels.entries()) {
      const postings = this.#levels[level];
      for (const key of keys) if (postings) removeFrom(postings, key, record);
    }
    this.#expiries.delete(record);
  }

  /** The records whose first fields have these keys; `keys` holds one key per field. */
  lookup(keys: readonly string[]): Iterable<number> {
    const posting = this.#levels[keys.length - 1]?.get(keys.length === 1 ? (keys[0] ?? '') : joinKeys(keys));
    if (posting === undefined) return [];
    return typeof posting === 'number' ? [posting] : posting;
  }

  /** The records of a TTL index that are due. */
  *expired(now: number): Generator<number> {
    for (const [record, expiry] of this.#expiries) if (expiry <= now) yield record;
  }

  #expiryOf(entry: IndexEntry): number | undefined {
    const seconds = wholeNumber(this.specification.expireAfterSeconds);
    if (seconds === undefined) return undefined;
    const dates = entry.tuples.map(([value]) =>
      value instanceof Date ? value.getTime() : Number.POSITIVE_INFINITY,
    );
    const earliest = Math.min(...dates);
    return Number.isFinite(earliest) ? earliest + seconds * 1000 : undefined;
  }
}

/** The error every unique index answers with; mongoose and the driver read `keyPattern` and `keyValue`. */
export function duplicateKey(
  namespace: string,
  specification: IndexSpecification,
  values: readonly unknown[],
): CommandError {
  const keyValue: Document = {};
  for (const [i, field] of Object.keys(specification.key).entries()) keyValue[field] = values[i] ?? null;
  const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${showValue(value)}`);
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${specification.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern: specification.key, keyValue },
  );
}

function showValue(value: unknown): string {
  if (typeof value === 'string' || isDocument(value)) return JSON.stringify(value);
  return value instanceof Date ? `new Date(${value.getTime()})` : String(value);
}

function levelKeys(tuples: readonly (readonly unknown[])[], level: number): string[] {
  const [only] = tuples;
  if (only && tuples.length === 1) return [tupleKey(only, level)];
  return [...new Set(tuples.map((tuple) => tupleKey(tuple, level)))];
}

function tupleKey(tuple: readonly unknown[], level: number): string {
  if (level === 0) return equalityKey(tuple[0]);
  return joinKeys(tuple.slice(0, level + 1).map(equalityKey));
}

function addTo(postings: Map<string, Posting>, key: string, record: number): void {
  const posting = postings.get(key);
  if (posting === undefined) postings.set(key, record);
  else if (typeof posting !== 'number') posting.add(record);
  else if (posting !== record) postings.set(key, new Set([posting, record]));
}

function removeFrom(postings: Map<string, Posting>, key: string, record: number): void {
  const posting = postings.get(key);
  if (posting === record) postings.delete(key);
  if (typeof posting !== 'object') return;
  posting.delete(record);
  if (posting.size === 0) postings.delete(key);
}
