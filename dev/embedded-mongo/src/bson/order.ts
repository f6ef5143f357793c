import { Binary, Long, ObjectId } from 'bson';
import { notImplemented } from '../errors.js';
import { type Document, isDocument } from './document.js';
import { isNumeric, type Numeric, typeName } from './types.js';

/**
 * The place of a type in MongoDB's comparison order
 * (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). Types that are not here can be
 * stored, but not compared.
 */
const RANK: Readonly<Record<string, number>> = {
  missing: 1,
  null: 1,
  int: 2,
  double: 2,
  long: 2,
  string: 3,
  object: 4,
  array: 5,
  binData: 6,
  objectId: 7,
  bool: 8,
  date: 9,
};

/** The rank of a value's type. Refuses (238) a type that this server does not compare. */
export function typeRank(value: unknown): number {
  const type = typeName(value);
  const rank = RANK[type];
  if (rank === undefined) throw notImplemented(`comparing values of the type ${type}`);
  return rank;
}

/** Negative, zero or positive as `a` sorts before, with or after `b`. A missing value equals null. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b);
  return typeRank(a) - typeRank(b) || compareSameType(a, b);
}

function compareSameType(a: unknown, b: unknown): number {
  if (a instanceof ObjectId && b instanceof ObjectId) return compareStrings(a.toHexString(), b.toHexString());
  if (a instanceof Date && b instanceof Date) return compareDoubles(a.getTime(), b.getTime());
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (isDocument(a) && isDocument(b)) return compareDocuments(a, b);
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b);
  if (a instanceof Binary && b instanceof Binary) return compareBinaries(a, b);
  return 0;
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

// Exact also where a 64-bit integer meets a double.
function compareNumbers(a: Numeric, b: Numeric): number {
  if (typeof a === 'number') return typeof b === 'number' ? compareDoubles(a, b) : -compareWithDouble(b, a);
  return typeof b === 'number' ? compareWithDouble(a, b) : a.comp(b);
}

function compareWithDouble(long: Long, double: number): number {
  if (Number.isNaN(double) || double < -(2 ** 63)) return 1;
  if (double >= 2 ** 63) return -1;
  const whole = Math.trunc(double);
  return long.comp(Long.fromNumber(whole)) || compareDoubles(whole, double);
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
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}
