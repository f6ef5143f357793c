import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import { LRUCache } from 'lru-cache';
import { type Document, decode, encode } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { StoredRecord } from './stored-record.js';

/**
 * How much BSON stays decoded in memory. A shop of a few thousand documents fits, so its filters never decode;
 * a larger one reads lmdb's memory map again instead of growing this process.
 */
const CACHE_BYTES = 8 * 1024 * 1024;

/** A record number leaves 4 of the key's 10 bytes to the collection's. */
const KEY_BYTES = 10;

/** What was written since the last flush, under one flush of its own. */
interface Batch {
  flushed: Promise<void>;
  changes: [record: number, value: StoredRecord | undefined][];
}

/**
 * Documents and the catalogue in one lmdb environment. Writes are visible to reads at once and durable when
 * `durable()` resolves: all writes of one turn of the event loop, from whichever connection, share one flush.
 */
export class DocumentStore {
  readonly #lock: DirectoryLock;
  readonly #environment: RootDatabase<Uint8Array>;
  readonly #documents: Database<Uint8Array, Uint8Array>;
  readonly #catalogue: Database<Uint8Array, string>;
  readonly #cache = new LRUCache<number, StoredRecord>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  /** lmdb shows a write only after its commit; until then reads are answered from here. */
  readonly #unflushed = new Map<number, StoredRecord | undefined>();
  #batch: Batch | undefined;
  #lastCommit: Promise<void> | undefined;
  #lastFlush: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Commits and flushes under way, to be rejected when one fails. */
  readonly #waiting = new Set<(failure: Error) => void>();

  /** Opens or creates a data folder. Throws DirectoryInUseError if another process has it. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#lock = lockDirectory(directory);
    try {
      this.#environment = open<Uint8Array>({
        path: directory,
        noSubdir: false,
        maxDbs: 4,
        encoding: 'binary',
      });
      this.#documents = this.#environment.openDB('documents', { encoding: 'binary', keyEncoding: 'binary' });
      this.#catalogue = this.#environment.openDB('catalogue', { encoding: 'binary' });
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** The catalogue's entries, by key. */
  *catalogueEntries(): Generator<{ key: string; entry: Document }> {
    for (const { key, value } of this.#catalogue.getRange()) yield { key, entry: decode(value) };
  }

  putCatalogueEntry(key: string, entry: Document): void {
    this.#begin();
    this.#watch(this.#catalogue.put(key, encode(entry)));
  }

  removeCatalogueEntry(key: string): void {
    this.#begin();
    this.#watch(this.#catalogue.remove(key));
  }

  /** A collection's records in the order they were inserted, straight from disk: for building indexes. */
  *storedRecords(collection: number): Generator<{ record: number; bytes: Uint8Array }> {
    const range = { start: storageKey(collection, 0), end: storageKey(collection + 1, 0) };
    for (const { key, value } of this.#documents.getRange(range)) {
      yield { record: Buffer.from(key).readUIntBE(4, 6), bytes: value };
    }
  }

  /** One record; undefined if it is not (or no longer) there. */
  read(collection: number, record: number): StoredRecord | undefined {
    const cached = this.#cache.get(record);
    if (cached) return cached;
    if (this.#unflushed.has(record)) return this.#unflushed.get(record);
    const bytes = this.#documents.get(storageKey(collection, record));
    if (!bytes) return undefined;
    const stored = new StoredRecord(bytes);
    this.#cache.set(record, stored);
    return stored;
  }

  put(collection: number, record: number, stored: StoredRecord): void {
    const batch = this.#begin();
    this.#cache.set(record, stored);
    this.#unflushed.set(record, stored);
    batch.changes.push([record, stored]);
    this.#watch(this.#documents.put(storageKey(collection, record), stored.bytes));
  }

  remove(collection: number, record: number): void {
    const batch = this.#begin();
    this.#cache.delete(record);
    this.#unflushed.set(record, undefined);
    batch.changes.push([record, undefined]);
    this.#watch(this.#documents.remove(storageKey(collection, record)));
  }

  /** Resolves when everything written so far is on disk; undefined when it already is. */
  durable(): Promise<void> | undefined {
    if (this.#failure) throw this.#failed(this.#failure);
    return this.#lastFlush;
  }

  /**
   * Resolves when everything written so far would survive the end of this process; undefined when it would already.
   * A flush to disk follows at once: only a power cut in between loses it.
   */
  committed(): Promise<void> | undefined {
    if (this.#failure) throw this.#failed(this.#failure);
    return this.#lastCommit;
  }

  /** Waits for the last flush, closes the files and gives the folder free. */
  async close(): Promise<void> {
    try {
      await this.#lastFlush;
    } finally {
      await this.#environment.close();
      this.#lock.release();
    }
  }

  #begin(): Batch {
    if (this.#failure) throw this.#failed(this.#failure);
    this.#batch ??= this.#openBatch();
    return this.#batch;
  }

  #openBatch(): Batch {
    const changes: Batch['changes'] = [];
    const committed = this.#commit();
    const flushed = this.#flush(changes);
    this.#lastCommit = committed;
    this.#lastFlush = flushed;
    committed.catch(() => undefined);
    // Who waits sees the failure; this keeps a batch nobody waits for from ending the process.
    flushed.catch(() => undefined);
    return { flushed, changes };
  }

  async #commit(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const own = this.#lastCommit;
    await this.#doneOrFailed(this.#environment.committed);
    if (this.#lastCommit === own) this.#lastCommit = undefined;
  }

  async #flush(changes: Batch['changes']): Promise<void> {
    // The end of this turn of the event loop: lmdb closes its own batch of writes at the same time.
    await new Promise((resolve) => setImmediate(resolve));
    this.#batch = undefined;
    const own = this.#lastFlush;
    await this.#doneOrFailed(this.#environment.flushed);
    for (const [record, value] of changes) {
      if (this.#unflushed.get(record) === value) this.#unflushed.delete(record);
    }
    if (this.#lastFlush === own) this.#lastFlush = undefined;
  }

  // After a failed commit lmdb's promises may never settle; whoever waits gets the failure instead.
  #doneOrFailed(done: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      done.then(() => {
        this.#waiting.delete(reject);
        resolve();
      }, reject);
    });
  }

  #watch(written: Promise<boolean>): void {
    written.catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      for (const reject of this.#waiting) reject(this.#failed(this.#failure));
      this.#waiting.clear();
    });
  }

  // What memory holds is now ahead of the disk, so nothing may be answered as if it were safe.
  #failed(cause: Error): CommandError {
    return new CommandError(1, `The embedded database could not write to disk and stopped: ${cause.message}`);
  }
}

function storageKey(collection: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.writeUInt32BE(collection, 0);
  key.writeUIntBE(record, 4, 6);
  return key;
}
