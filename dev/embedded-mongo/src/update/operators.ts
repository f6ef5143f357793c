import { BSONRegExp, Decimal128, Long } from 'bson';
import { cloneValue, type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compareValues } from '../bson/order.js';
import { isInt32, isNumeric, type Numeric, typeName, wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileElementCondition } from '../query/filter.js';
import { matchesPattern, type Predicate, sameAs } from '../query/predicates.js';
import { clearSlot, existingSlot, readSlot, slotFor, writeSlot } from './slot.js';

/** Changes one plain path of a document that the update owns. */
export type Operator = (document: Document, parts: readonly string[], operand: unknown) => void;

/** The new value of a field; `undefined` leaves it alone. `where` names the field, for messages. */
type NewValue = (current: unknown, operand: unknown, where: string) => unknown;

/** The update operators (https://www.mongodb.com/docs/manual/reference/operator/update/). */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$set', creating((_current, operand) => cloneValue(operand))],
  ['$setOnInsert', creating((_current, operand) => cloneValue(operand))],
  ['$inc', creating(increment)],
  ['$min', creating((current, operand) => (wins(operand, current, -1) ? cloneValue(operand) : undefined))],
  ['$max', creating((current, operand) => (wins(operand, current, 1) ? cloneValue(operand) : undefined))],
  ['$push', creating(push)],
  ['$addToSet', creating(addToSet)],
  ['$pull', pull],
  ['$unset', unset],
]);

/** What MongoDB knows and nothing sends. */
export const UNSENT_OPERATORS = new Set('$bit $currentDate $mul $pop $pullAll $rename'.split(' '));

function creating(newValue: NewValue): Operator {
  return (document, parts, operand) => {
    const slot = slotFor(document, parts);
    const where = `'${parts.join('.')}' of the document {_id: ${String(document._id)}}`;
    const value = newValue(readSlot(slot), operand, where);
    if (value !== undefined) writeSlot(slot, value);
  };
}

function unset(document: Document, parts: readonly string[]): void {
  const slot = existingSlot(document, parts);
  if (slot) clearSlot(slot);
}

function wins(operand: unknown, current: unknown, direction: 1 | -1): boolean {
  return current === undefined || compareValues(operand, current) * direction > 0;
}

/** `$inc`. Refused: a value or operand that is no number (14), a result beyond 64 bits (2). */
function increment(current: unknown, operand: unknown, where: string): Numeric {
  if (current instanceof Decimal128 || operand instanceof Decimal128)
    throw notImplemented('$inc on Decimal128');
  if (!isNumeric(operand)) {
    throw new CommandError(14, `Cannot increment with non-numeric argument: ${where}`);
  }
  if (current === undefined) return operand;
  if (isNumeric(current)) return sum(current, operand, where);
  throw new CommandError(
    14,
    `Cannot apply $inc to a value of non-numeric type. ${where} has the type ${typeName(current)}`,
  );
}

function sum(a: Numeric, b: Numeric, where: string): Numeric {
  if (typeof a === 'number' && typeof b === 'number') {
    // Two 32-bit integers whose sum needs more become a 64-bit one.
    return isInt32(a) && isInt32(b) && !isInt32(a + b) ? Long.fromNumber(a + b) : a + b;
  }
  if (!isExact(a) || !isExact(b)) return Number(a) + Number(b);
  const exact = BigInt(a.toString()) + BigInt(b.toString());
  if (BigInt.asIntN(64, exact) === exact) return Long.fromBigInt(exact);
  throw new CommandError(2, `Failed to apply $inc operations to current value ((NumberLong)${a}): ${where}`);
}

function isExact(value: Numeric): boolean {
  return typeof value !== 'number' || Number.isSafeInteger(value);
}

/** `$push`, with `$each` and `$slice`. Refused (2) on a field that is no array. */
function push(current: unknown, operand: unknown, where: string): unknown[] {
  const array = arrayAt(current, where);
  if (!isDocument(operand) || !('$each' in operand)) return [...array, cloneValue(operand)];
  const { $each, $slice, ...others } = operand;
  for (const modifier of Object.keys(others)) {
    if (modifier === '$position' || modifier === '$sort') throw notImplemented(`${modifier} in $push`);
    throw new CommandError(2, `Unrecognized clause in $push: ${modifier}`);
  }
  const grown = [...array, ...listOf($each, '$push')];
  if ($slice === undefined) return grown;
  const limit = wholeNumber($slice);
  if (limit === undefined) throw new CommandError(2, 'The value for $slice must be an integer value');
  return limit < 0 ? grown.slice(limit) : grown.slice(0, limit);
}

/** `$addToSet`, with `$each`: what is there already is not added again. */
function addToSet(current: unknown, operand: unknown, where: string): unknown[] {
  const array = arrayAt(current, where);
  const known = new Set(array.map(equalityKey));
  const wanted = isDocument(operand) && '$each' in operand ? listOf(operand.$each, '$addToSet') : [operand];
  const added = wanted.filter((value) => {
    const isNew = !known.has(equalityKey(value));
    known.add(equalityKey(value));
    return isNew;
  });
  return [...array, ...added.map(cloneValue)];
}

/** `$pull`: elements equal to a value, or that satisfy a condition, are taken away. */
function pull(document: Document, parts: readonly string[], operand: unknown): void {
  const slot = existingSlot(document, parts);
  const current = slot && readSlot(slot);
  const unwanted = pullCondition(operand);
  if (!slot || current === undefined) return;
  if (!Array.isArray(current)) throw new CommandError(2, 'Cannot apply $pull to a non-array value');
  writeSlot(
    slot,
    current.filter((element) => !unwanted(element)),
  );
}

function pullCondition(operand: unknown): Predicate {
  if (operand instanceof BSONRegExp) return matchesPattern(operand);
  return isDocument(operand) ? compileElementCondition(operand) : sameAs(operand);
}

function listOf(value: unknown, operator: string): unknown[] {
  if (Array.isArray(value)) return value.map(cloneValue);
  throw new CommandError(
    2,
    `The argument to $each in ${operator} must be an array but it was of type: ${typeName(value)}`,
  );
}

function arrayAt(current: unknown, where: string): unknown[] {
  if (current === undefined) return [];
  if (Array.isArray(current)) return current;
  throw new CommandError(2, `The field must be an array but is of type ${typeName(current)}: ${where}`);
}
