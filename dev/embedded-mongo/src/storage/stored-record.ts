import { type Document, decode } from '../bson/document.js';

/** A stored document: its bytes, and the decoded form once it was needed. Never changed in place. */
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
