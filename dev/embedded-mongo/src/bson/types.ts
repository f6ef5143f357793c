import { Long, ObjectId, Timestamp } from 'bson';
import { isDocument } from './document.js';

/** A number as JavaScript holds it, or a 64-bit integer that might not fit. */
export type Numeric = number | Long;

/** MongoDB's names of the types that `bson` has a class for, by that class. */
const TYPE_OF_CLASS: Readonly<Record<string, string>> = {
  Binary: 'binData',
  BSONRegExp: 'regex',
  Code: 'javascript',
  DBRef: 'object',
  Decimal128: 'decimal',
  Long: 'long',
  MaxKey: 'maxKey',
  MinKey: 'minKey',
  Timestamp: 'timestamp',
};

/** MongoDB's name for the type of a value (https://www.mongodb.com/docs/manual/reference/bson-types/). */
export function typeName(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  if (isDocument(value)) return 'object';
  const bsonClass = typeof value === 'object' && '_bsontype' in value ? String(value._bsontype) : '';
  return TYPE_OF_CLASS[bsonClass] ?? 'unknown';
}

/** Whether a number is written to BSON as a 32-bit integer. */
export function isInt32(value: number): boolean {
  return (value | 0) === value;
}

/** Whether a value is one of the numeric types that arithmetic and comparison support. */
export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || (value instanceof Long && !(value instanceof Timestamp));
}

/** A whole JavaScript number out of an int, a double without fraction or a long; undefined otherwise. */
export function wholeNumber(value: unknown): number | undefined {
  const plain = isNumeric(value) ? Number(value) : undefined;
  return Number.isSafeInteger(plain) ? plain : undefined;
}

/** What MongoDB takes for true where it expects a flag: everything but false, zero, null and nothing. */
export function isTruthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(isNumeric(value) && Number(value) === 0);
}
