import { type Document, encode, MAX_DOCUMENT_BYTES, withIdFirst } from './bson/document.js';
import { equalityKey } from './bson/key.js';
import { typeName } from './bson/types.js';
import {
  CollectionIndex,
  duplicateKey,
  type IndexEntry,
  type IndexSpecification,
} from './collection-index.js';
import { CommandError } from './errors.js';
import type { DocumentStore } from './storage/document-store.js';
import { StoredRecord } from './storage/stored-record.js';

/** The index every collection has: the collection's own map of `_id`s. */
const ID_INDEX: IndexSpecification = { v: 2, key: { _id: 1 }, name: '_id_' };

/** A stored document and the number it has. */
export interface Match {
  readonly record: number;
  readonly stored: StoredRecord;
}

/**
 * One collection: its documents by `_id`, in the order they were inserted, and its secondary indexes. Every
 * change is checked against all indexes first and then made as a whole, in one turn of the event loop: that
 * is what makes each statement atomic, however many clients there are.
 */
export class Collection {
  readonly number: number;
  readonly database: string;
  readonly name: string;
  readonly #store: DocumentStore;
  /** One counter for all collections, so that a number names a record everywhere. */
  readonly #nextRecord: () => number;
  readonly #ids = new Map<string, number>();
  readonly #indexes: CollectionIndex[] = [];

  constructor(
    number: number,
    database: string,
    name: string,
    store: DocumentStore,
    nextRecord: () => number,
  ) {
    this.number = number;
    this.database = database;
    this.name = name;
    this.#store = store;
    this.#nextRecord = nextRecord;
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  get size(): number {
    return this.#ids.size;
  }

  get indexes(): readonly CollectionIndex[] {
    return this.#indexes;
  }

  get specifications(): IndexSpecification[] {
    return [ID_INDEX, ...this.#indexes.map(({ specification }) => specification)];
  }

  /** Takes up what is on disk. Returns the highest record number. */
  load(specifications: readonly IndexSpecification[]): number {
    for (const specification of specifications) this.#indexes.push(new CollectionIndex(specification));
    let highest = 0;
    for (const { record, bytes } of this.#store.storedRecords(this.number)) {
      const { document } = new StoredRecord(bytes);
      this.#ids.set(equalityKey(document._id), record);
      for (const index of this.#indexes) index.add(record, index.entryOf(document));
      highest = record;
    }
    return highest;
  }

  /** All records in the order they were inserted; records added meanwhile may be among them. */
  records(): Iterable<number> {
    return this.#ids.values();
  }

  recordOfId(key: string): number | undefined {
    return this.#ids.get(key);
  }

  read(record: number): StoredRecord | undefined {
    return this.#store.read(this.number, record);
  }

  /**
   * Inserts a document and returns it with its `_id`. Refused: a duplicate (11000), an `_id` that can't be one
   * (53), more than 16 MB (10334).
   *
   * @param encoded the document's bytes as the client sent them, if there are any: they are kept, not copied
   */
  insert(document: Document, encoded?: Uint8Array): Document {
    const stored = withIdFirst(document);
    const idType = typeName(stored._id);
    if (idType === 'array' || idType === 'regex')
      throw new CommandError(53, `The '_id' value cannot be of type ${idType}`);
    const idKey = equalityKey(stored._id);
    if (this.#ids.has(idKey)) throw duplicateKey(this.namespace, ID_INDEX, [stored._id]);
    const bytes = bounded(encoded !== undefined && stored === document ? encoded : encode(stored));
    const entries = this.#checkedEntries(stored, undefined);
    const record = this.#nextRecord();
    this.#store.put(this.number, record, new StoredRecord(bytes, stored));
    this.#ids.set(idKey, record);
    for (const [i, index] of this.#indexes.entries()) index.add(record, entries[i]);
    return stored;
  }

  /** Puts a changed document in the place of an old one. False if they are the same, byte by byte. */
  replace(record: number, old: StoredRecord, changed: Document): boolean {
    const document = withIdFirst(changed);
    const bytes = bounded(encode(document));
    if (Buffer.compare(bytes, old.bytes) === 0) return false;
    const before = this.#indexes.map((index) => index.entryOf(old.document));
    const after = this.#checkedEntries(document, record);
    this.#store.put(this.number, record, new StoredRecord(bytes, document));
    for (const [i, index] of this.#indexes.entries()) {
      if (sameEntry(before[i], after[i])) continue;
      index.remove(record, before[i]);
      index.add(record, after[i]);
    }
    return true;
  }

  remove(record: number, document: Document): void {
    this.#store.remove(this.number, record);
    this.#ids.delete(equalityKey(document._id));
    for (const index of this.#indexes) index.remove(record, index.entryOf(document));
  }

  /** Builds an index over what is there. Refused (11000) if a unique one can't be had. */
  addIndex(specification: IndexSpecification): void {
    const index = new CollectionIndex(specification);
    for (const record of this.records()) {
      const document = this.read(record)?.document;
      if (!document) continue;
      const entry = index.entryOf(document);
      index.refuseDuplicate(entry, record, this.namespace);
      index.add(record, entry);
    }
    this.#indexes.push(index);
  }

  /** Removes every document, as `drop` does. */
  clear(): void {
    for (const record of this.#ids.values()) this.#store.remove(this.number, record);
    this.#ids.clear();
    this.#indexes.length = 0;
  }

  /** Removes the documents that a TTL index says are over. */
  removeExpired(now: number): void {
    const due = new Set(this.#indexes.flatMap((index) => [...index.expired(now)]));
    for (const record of due) {
      const document = this.read(record)?.document;
      if (document) this.remove(record, document);
    }
  }

  #checkedEntries(document: Document, record: number | undefined): (IndexEntry | undefined)[] {
    return this.#indexes.map((index) => {
      const entry = index.entryOf(document);
      index.refuseDuplicate(entry, record, this.namespace);
      return entry;
    });
  }
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_DOCUMENT_BYTES) return bytes;
  const size = `BSONObj size: ${bytes.length} is invalid`;
  throw new CommandError(10334, `${size}. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`);
}

// Dates compare by key as well: an entry with the same keys expires at the same time.
function sameEntry(a: IndexEntry | undefined, b: IndexEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const keysOfA = a.levels.at(-1) ?? [];
  const keysOfB = b.levels.at(-1) ?? [];
  return keysOfA.length === keysOfB.length && keysOfA.every((key, i) => key === keysOfB[i]);
}
