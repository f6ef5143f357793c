import { BSONRegExp, MaxKey, MinKey, ObjectId } from 'bson';
import { isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compareValues, typeRank } from '../bson/order.js';
import { isNumeric, simplestNumber, TYPE_NUMBERS, typeName, wholeNumber } from '../bson/types.js';
import { CommandError } from '../errors.js';
import { compilePattern } from './pattern.js';

/** A question about one value; a missing field is asked as `undefined`. */
export type Predicate = (value: unknown) => boolean;

/** The predicate for an array as well: passes if an element passes, or the array itself does. */
export function anyElement(predicate: Predicate): Predicate {
  return (value) => (Array.isArray(value) ? value.some(predicate) || predicate(value) : predicate(value));
}

/** Equality as `{field: value}` has it, array elements included. */
export function equals(operand: unknown): Predicate {
  return anyElement(sameAs(operand));
}

/** Equality of the value itself, without looking into arrays. */
export function sameAs(operand: unknown): Predicate {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  if (operand instanceof ObjectId) return (value) => value instanceof ObjectId && value.equals(operand);
  const rank = typeRank(operand);
  return (value) => typeRank(value) === rank && compareValues(value, operand) === 0;
}

/** `$gt`, `$gte`, `$lt`, `$lte`: only values of the operand's own type are compared. */
export function compares(operand: unknown, accepts: (order: number) => boolean): Predicate {
  if (operand instanceof BSONRegExp) throw new CommandError(2, "Can't have RegEx as arg to a comparison.");
  const anyType = operand instanceof MinKey || operand instanceof MaxKey;
  const rank = typeRank(operand);
  return anyElement((value) => {
    // A missing field compares only with null itself.
    if (value === undefined && operand !== null && !anyType) return false;
    if (!anyType && typeRank(value) !== rank) return false;
    const order = compareValues(value, operand);
    if (order !== 0 && (Number.isNaN(value) || Number.isNaN(operand))) return false;
    return accepts(order);
  });
}

/** `$in`: values of any type, and regular expressions. */
export function isIn(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw new CommandError(2, '$in needs an array');
  const patterns: RegExp[] = [];
  const keys = new Set<string>();
  for (const element of operand) {
    if (element instanceof BSONRegExp) patterns.push(compilePattern(element));
    else if (isDocument(element) && Object.keys(element)[0]?.startsWith('$')) {
      throw new CommandError(2, 'cannot nest $ under $in');
    }
    keys.add(equalityKey(element));
  }
  return anyElement((value) => {
    if (keys.has(equalityKey(value))) return true;
    return typeof value === 'string' && patterns.some((pattern) => pattern.test(value));
  });
}

/** `$regex` and a regular expression literal. */
export function matchesPattern(pattern: RegExp, literal?: BSONRegExp): Predicate {
  const key = literal && equalityKey(literal);
  return anyElement((value) => {
    if (typeof value === 'string') return pattern.test(value);
    return key !== undefined && value instanceof BSONRegExp && equalityKey(value) === key;
  });
}

/** `$exists: true`. */
export function isPresent(value: unknown): boolean {
  return value !== undefined;
}

/** `$size`. */
export function hasSize(operand: unknown): Predicate {
  const size = wholeNumber(operand);
  if (size === undefined || size < 0) {
    throw new CommandError(
      2,
      `Failed to parse $size. Expected a non-negative integer, got a value of type ${typeName(operand)}`,
    );
  }
  return (value) => Array.isArray(value) && value.length === size;
}

/** `$type`, with names, numbers or a list of them. */
export function hasType(operand: unknown): Predicate {
  const wanted = new Set((Array.isArray(operand) ? operand : [operand]).map(toTypeName));
  if (wanted.size === 0) throw new CommandError(9, '$type must match at least one type');
  return anyElement((value) => {
    const name = typeName(value);
    return wanted.has(name) || (wanted.has('number') && ['int', 'long', 'double', 'decimal'].includes(name));
  });
}

function toTypeName(alias: unknown): string {
  const name = typeof alias === 'string' ? alias : TYPE_NUMBERS.get(wholeNumber(alias) ?? Number.NaN);
  if (name === undefined || (name !== 'number' && ![...TYPE_NUMBERS.values()].includes(name))) {
    throw new CommandError(2, `Unknown type name alias: ${String(alias)}`);
  }
  return name;
}

/** `$mod: [divisor, remainder]`. */
export function hasRemainder(operand: unknown): Predicate {
  const [divisor, remainder] = Array.isArray(operand) ? operand.map(wholeNumber) : [];
  if (!Array.isArray(operand) || operand.length !== 2 || divisor === undefined || remainder === undefined) {
    throw new CommandError(2, 'malformed mod, needs to be an array of two whole numbers');
  }
  if (divisor === 0) throw new CommandError(2, 'divisor cannot be 0');
  return anyElement((value) => {
    const plain = isNumeric(value) ? simplestNumber(value) : undefined;
    return typeof plain === 'number' && Math.trunc(plain) % divisor === remainder;
  });
}

/** What MongoDB takes for true where it expects a flag: everything but false, zero, null and nothing. */
export function isTruthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(isNumeric(value) && simplestNumber(value) === 0);
}
