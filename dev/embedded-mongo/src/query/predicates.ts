import { BSONRegExp, ObjectId } from 'bson';
import { isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compareValues, typeRank } from '../bson/order.js';
import { typeName, wholeNumber } from '../bson/types.js';
import { CommandError } from '../errors.js';

/** A condition on one value; a missing field is tested as `undefined`. */
export type Predicate = (value: unknown) => boolean;

// Conditions look into an array: an element satisfies them, or the array itself does.
function anyElement(predicate: Predicate): Predicate {
  return (value) => (Array.isArray(value) && value.some(predicate)) || predicate(value);
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
  const rank = typeRank(operand);
  return anyElement((value) => {
    // A missing field compares only with null itself.
    if (value === undefined && operand !== null) return false;
    if (typeRank(value) !== rank) return false;
    const order = compareValues(value, operand);
    return (order === 0 || !(Number.isNaN(value) || Number.isNaN(operand))) && accepts(order);
  });
}

/** `$in`: values of any type, and regular expressions. */
export function isIn(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw new CommandError(2, '$in needs an array');
  const patterns: Predicate[] = [];
  const keys = new Set<string>();
  for (const element of operand) {
    if (isDocument(element) && Object.keys(element)[0]?.startsWith('$')) {
      throw new CommandError(2, 'cannot nest $ under $in');
    }
    if (element instanceof BSONRegExp) patterns.push(matchesPattern(element));
    else keys.add(equalityKey(element));
  }
  return anyElement((value) => keys.has(equalityKey(value)) || patterns.some((matches) => matches(value)));
}

/** A regular expression literal, or `$regex` with its `$options`. */
export function matchesPattern(operand: unknown, options?: unknown): Predicate {
  const pattern = compilePattern(operand, options);
  return anyElement((value) => typeof value === 'string' && pattern.test(value));
}

function compilePattern(operand: unknown, options: unknown): RegExp {
  const literal = operand instanceof BSONRegExp ? operand : { pattern: operand, options: '' };
  const flags = options ?? literal.options;
  if (typeof literal.pattern !== 'string') throw new CommandError(2, '$regex has to be a string');
  if (typeof flags !== 'string' || !/^[imsu]*$/.test(flags)) {
    throw new CommandError(
      51108,
      `invalid flag in regex options: ${String(flags)} (known are i, m, s and u)`,
    );
  }
  try {
    return new RegExp(literal.pattern, flags.replaceAll('u', ''));
  } catch (error) {
    throw new CommandError(51091, `Regular expression is invalid: ${String(error)}`);
  }
}

/** `$size`. */
export function hasSize(operand: unknown): Predicate {
  const size = wholeNumber(operand);
  if (size === undefined || size < 0) {
    throw new CommandError(2, `Failed to parse $size. Expected a non-negative integer: ${typeName(operand)}`);
  }
  return (value) => Array.isArray(value) && value.length === size;
}
