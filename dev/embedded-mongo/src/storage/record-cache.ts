import { type Document, decode } from '../bson/document.js';

/** A stored document: its bytes, and the decoded form once someone asked for it. Never changed in place. */
export class StoredRecord {
  readonly bytes: Uint8Array;
  #document: Document | undefined;

  constructor(bytes: Uint8Array, document?: Document) {
    this.bytes = bytes;
    this.#document = document;
  }

  get document(): Document {
    this.#document ??= decode(this.bytes);
    return this.#document;
  }
}

/**
 * Recently used records of all collections, by record number. Two generations: when the young one is full it
 * becomes the old one, and what is not asked for again by the next change is forgotten. That is nearly as good
 * as least-recently-used and costs one map look-up on a hit.
 */
export class RecordCache {
  readonly #halfBytes: number;
  #young = new Map<number, StoredRecord>();
  #old = new Map<number, StoredRecord>();
  #youngBytes = 0;

  /** @param maxBytes bound on the BSON held; decoded, a document takes some four times that */
  constructor(maxBytes: number) {
    this.#halfBytes = maxBytes / 2;
  }

  get(key: number): StoredRecord | undefined {
    const record = this.#young.get(key);
    if (record) return record;
    const older = this.#old.get(key);
    if (older) this.set(key, older);
    return older;
  }

  set(key: number, record: StoredRecord): void {
    this.#old.delete(key);
    const replaced = this.#young.get(key);
    this.#youngBytes += record.bytes.length - (replaced?.bytes.length ?? 0);
    this.#young.set(key, record);
    if (this.#youngBytes < this.#halfBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  delete(key: number): void {
    const record = this.#young.get(key);
    if (record) this.#youngBytes -= record.bytes.length;
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
