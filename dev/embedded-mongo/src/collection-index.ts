import { type Document, isDocument } from './bson/document.js';
import { equalityKey, joinKeys } from './bson/key.js';
import { CommandError } from './errors.js';
import { indexTuples } from './index-keys.js';
import { compileFilter, type Matcher } from './query/filter.js';

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

/** A document's place in one index. */
export interface IndexEntry {
  readonly tuples: readonly (readonly unknown[])[];
  /** For each prefix of the index's fields, the keys the document stands under. */
  readonly levels: readonly (readonly string[])[];
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
  readonly #paths: readonly (readonly string[])[];
  readonly #filter: Matcher | undefined;
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
    const { partialFilterExpression } = specification;
    this.#filter = partialFilterExpression && compileFilter(partialFilterExpression);
  }

  /** The document's entry, or undefined if the index leaves it out. Throws 171 on parallel arrays. */
  entryOf(document: Document): IndexEntry | undefined {
    if (this.#filter && !this.#filter(document)) return undefined;
    const tuples = indexTuples(document, this.#paths);
    const isEmpty = tuples.every((tuple) => tuple.every((value) => value === undefined));
    if (this.specification.sparse && isEmpty) return undefined;
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
    for (const [level, postings] of this.#levels.entries()) {
      for (const key of entry.levels[level] ?? []) addTo(postings, key, record);
    }
    const expiry = this.#expiryOf(entry);
    if (expiry !== undefined) this.#expiries.set(record, expiry);
  }

  remove(record: number, entry: IndexEntry | undefined): void {
    if (!entry) return;
    for (const [level, postings] of this.#levels.entries()) {
      for (const key of entry.levels[level] ?? []) removeFrom(postings, key, record);
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

  #expiryOf({ tuples }: IndexEntry): number | undefined {
    const { expireAfterSeconds } = this.specification;
    const dates = tuples.map(([value]) => value).filter((value) => value instanceof Date);
    if (expireAfterSeconds === undefined || dates.length === 0) return undefined;
    return Math.min(...dates.map(Number)) + Number(expireAfterSeconds) * 1000;
  }
}

/** The error every unique index answers with; mongoose and the driver read `keyPattern` and `keyValue`. */
export function duplicateKey(
  namespace: string,
  specification: IndexSpecification,
  values: readonly unknown[],
): CommandError {
  const fields = Object.keys(specification.key);
  const keyValue = Object.fromEntries(fields.map((field, i) => [field, values[i] ?? null]));
  const shown = fields.map((field) => `${field}: ${showValue(keyValue[field])}`).join(', ');
  return new CommandError(
    11000,
    `E11000 duplicate key error collection: ${namespace} index: ${specification.name} dup key: { ${shown} }`,
    { keyPattern: specification.key, keyValue },
  );
}

function showValue(value: unknown): string {
  return typeof value === 'string' || isDocument(value) ? JSON.stringify(value) : String(value);
}

function levelKeys(tuples: readonly (readonly unknown[])[], level: number): string[] {
  const keys = tuples.map((tuple) => tupleKey(tuple, level));
  return keys.length === 1 ? keys : [...new Set(keys)];
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
