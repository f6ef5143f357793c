import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { isDocument } from './document.js';

/** A number as JavaScript holds it, or a 64-bit integer that might not fit. */
export type Numeric = number | Long;

/** The name MongoDB's `$type` and its error messages use for the type of a value. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof Binary || value instanceof Uint8Array) return 'binData';
  if (value instanceof BSONRegExp || value instanceof RegExp) return 'regex';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof Code) return 'javascript';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  if (value instanceof DBRef || isDocument(value)) return 'object';
  return 'unknown';
}

/** The numbers `$type` also accepts (https://www.mongodb.com/docs/manual/reference/bson-types/). */
export const TYPE_NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [13, 'javascript'],
  [14, 'symbol'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [127, 'maxKey'],
]);

/** Whether a whole number is written to BSON as a 32-bit integer. */
export function isInt32(value: number): boolean {
  return (value | 0) === value;
}

/** A 64-bit integer as a JavaScript number when it fits, and itself otherwise. */
export function simplestNumber(value: Numeric): Numeric {
  if (typeof value === 'number') return value;
  const plain = value.toNumber();
  return Number.isSafeInteger(plain) ? plain : value;
}

/** Whether a value is one of the numeric types that arithmetic and comparison support. */
export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || (value instanceof Long && !(value instanceof Timestamp));
}

/** A whole JavaScript number out of an int, a double without fraction or a long; undefined otherwise. */
export function wholeNumber(value: unknown): number | undefined {
  const plain = isNumeric(value) ? simplestNumber(value) : undefined;
  return typeof plain === 'number' && Number.isSafeInteger(plain) ? plain : undefined;
}
