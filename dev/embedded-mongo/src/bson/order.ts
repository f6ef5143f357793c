import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { notImplemented } from '../errors.js';
import { type Document, isDocument } from './document.js';
import type { Numeric } from './types.js';

/** The order of types when values of different types are compared. */
const RANK = {
  minKey: 0,
  null: 1,
  number: 2,
  string: 3,
  object: 4,
  array: 5,
  binary: 6,
  objectId: 7,
  boolean: 8,
  date: 9,
  timestamp: 10,
  regex: 11,
  code: 12,
  maxKey: 13,
} as const;

/**
 * The place of a value's type in MongoDB's comparison order
 * (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/).
 */
export function typeRank(value: unknown): number {
  if (value === null || value === undefined) return RANK.null;
  if (typeof value === 'number') return RANK.number;
  if (typeof value === 'string') return RANK.string;
  if (typeof value === 'boolean') return RANK.boolean;
  if (Array.isArray(value)) return RANK.array;
  if (value instanceof ObjectId) return RANK.objectId;
  if (value instanceof Date) return RANK.date;
  if (isDocument(value)) return RANK.object;
  return rankOfRareType(value);
}

function rankOfRareType(value: unknown): number {
  if (value instanceof Timestamp) return RANK.timestamp;
  if (value instanceof Long) return RANK.number;
  if (value instanceof BSONSymbol) return RANK.string;
  if (value instanceof DBRef) return RANK.object;
  if (value instanceof Binary) return RANK.binary;
  if (value instanceof BSONRegExp) return RANK.regex;
  if (value instanceof Code) return RANK.code;
  if (value instanceof MinKey) return RANK.minKey;
  if (value instanceof MaxKey) return RANK.maxKey;
  if (value instanceof Decimal128) throw notImplemented('comparing Decimal128 values');
  throw notImplemented('comparing values of this BSON type');
}

/** Negative, zero or positive as `a` sorts before, with or after `b`. A missing value equals null. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b);
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  if (difference !== 0) return difference;
  return compareSameType(a, b);
}

function compareSameType(a: unknown, b: unknown): number {
  if (a instanceof ObjectId && b instanceof ObjectId) return compareStrings(a.toHexString(), b.toHexString());
  if (a instanceof Date && b instanceof Date) return compareDoubles(a.getTime(), b.getTime());
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (isDocument(a) && isDocument(b)) return compareDocuments(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return a.comp(b);
  if (isNumericPair(a) && isNumericPair(b)) return compareNumbers(a, b);
  if (a instanceof Binary && b instanceof Binary) return compareBinaries(a, b);
  if (a instanceof BSONRegExp && b instanceof BSONRegExp) {
    return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
  }
  if (a instanceof DBRef || b instanceof DBRef) throw notImplemented('comparing DBRef values');
  if (a instanceof Code && b instanceof Code) return compareStrings(a.code, b.code);
  return compareStrings(String(a ?? ''), String(b ?? ''));
}

function isNumericPair(value: unknown): value is Numeric {
  return typeof value === 'number' || value instanceof Long;
}

/** Strings compare by their UTF-8 bytes; JavaScript's order differs only beyond the basic plane. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codeUnitWeight(x) - codeUnitWeight(y);
  }
  return a.length - b.length;
}

// A surrogate stands for a code point above every single code unit, so it sorts after U+E000..U+FFFF.
function codeUnitWeight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

// NaN is the smallest number there is to MongoDB.
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

/** Exact comparison of doubles and 64-bit integers. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b);
  if (typeof a === 'number') return -compareLongWithDouble(asLong(b), a);
  if (typeof b === 'number') return compareLongWithDouble(a, b);
  return a.comp(b);
}

function asLong(value: Numeric): Long {
  return typeof value === 'number' ? Long.fromNumber(value) : value;
}

function compareLongWithDouble(long: Long, double: number): number {
  if (Number.isNaN(double) || double < -(2 ** 63)) return 1;
  if (double >= 2 ** 63) return -1;
  const whole = Math.trunc(double);
  const byWhole = long.comp(Long.fromNumber(whole));
  return byWhole !== 0 ? byWhole : compareDoubles(whole, double);
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

// Documents compare field by field in their stored order: type, then name, then value.
function compareDocuments(a: Document, b: Document): number {
  const namesOfA = Object.keys(a);
  const namesOfB = Object.keys(b);
  for (const [i, nameOfA] of namesOfA.entries()) {
    const nameOfB = namesOfB[i];
    if (nameOfB === undefined) return 1;
    const order =
      typeRank(a[nameOfA]) - typeRank(b[nameOfB]) ||
      compareStrings(nameOfA, nameOfB) ||
      compareValues(a[nameOfA], b[nameOfB]);
    if (order !== 0) return order;
  }
  return namesOfA.length - namesOfB.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  const bytesOfA = a.value();
  const bytesOfB = b.value();
  return bytesOfA.length - bytesOfB.length || a.sub_type - b.sub_type || Buffer.compare(bytesOfA, bytesOfB);
}
