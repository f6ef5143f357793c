import { deserialize, ObjectId, serialize } from 'bson';

/** A BSON document in memory. Stored documents are shared and never changed in place: see `cloneValue`. */
export type Document = Record<string, unknown>;

/** Largest document MongoDB stores (https://www.mongodb.com/docs/manual/reference/limits/), in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

// 64-bit integers and regular expressions stay what they are: turned into JavaScript's own they would lose
// digits or options, and come back changed.
const DECODE_OPTIONS = { promoteLongs: false, bsonRegExp: true } as const;

/** Reads BSON. Throws bson's own error on malformed bytes. */
export function decode(bytes: Uint8Array): Document {
  return deserialize(bytes, DECODE_OPTIONS);
}

/** Writes BSON; `undefined` becomes null, as the official driver has it by default. */
export function encode(document: Document): Uint8Array {
  return serialize(document, { ignoreUndefined: false });
}

/** Whether a value is an embedded document (not an array, a date, an ObjectId or another BSON value). */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A field's value; names such as `constructor` never reach the prototype. */
export function fieldOf(document: Document, name: string): unknown {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

/** A deep copy of documents and arrays; scalar values are immutable by convention and shared. */
export function cloneValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloneValue);
  if (!isDocument(value)) return value;
  return cloneDocument(value);
}

/** A deep copy of one document. */
export function cloneDocument(document: Document): Document {
  const copy: Document = {};
  for (const name of Object.keys(document)) copy[name] = cloneValue(document[name]);
  return copy;
}

/** The document with its `_id` first, as MongoDB stores it; one is made if there is none. */
export function withIdFirst(document: Document): Document {
  if (Object.keys(document)[0] === '_id' && document._id !== undefined) return document;
  const { _id, ...rest } = document;
  return { _id: _id === undefined ? new ObjectId() : _id, ...rest };
}
