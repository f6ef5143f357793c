import { Decimal128, Long } from 'bson';
import { isInt32, isNumeric, type Numeric, typeName } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** What an operator such as `$inc` does to two numbers: once for doubles, once exactly for whole numbers. */
export interface Arithmetic {
  operator: string;
  /** The value a missing field gets. */
  whenMissing: (operand: Numeric) => Numeric;
  onDoubles: (a: number, b: number) => number;
  onIntegers: (a: bigint, b: bigint) => bigint;
}

export const INCREMENT: Arithmetic = {
  operator: '$inc',
  whenMissing: (operand) => operand,
  onDoubles: (a, b) => a + b,
  onIntegers: (a, b) => a + b,
};

export const MULTIPLY: Arithmetic = {
  operator: '$mul',
  whenMissing: (operand) => (operand instanceof Long ? Long.ZERO : 0),
  onDoubles: (a, b) => a * b,
  onIntegers: (a, b) => a * b,
};

/**
 * The new value of a field. Refused: a value or operand that is no number (14), a result beyond 64 bits (2).
 *
 * @param id the document's `_id`, for the message
 */
export function calculate(
  arithmetic: Arithmetic,
  current: unknown,
  operand: unknown,
  path: string,
  id: unknown,
): Numeric {
  const { operator } = arithmetic;
  if (current instanceof Decimal128 || operand instanceof Decimal128)
    throw notImplemented(`${operator} on Decimal128`);
  if (!isNumeric(operand)) {
    const verb = operator === '$inc' ? 'increment' : 'multiply';
    throw new CommandError(
      14,
      `Cannot ${verb} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
    );
  }
  if (current === undefined) return arithmetic.whenMissing(operand);
  if (!isNumeric(current)) {
    throw new CommandError(
      14,
      `Cannot apply ${operator} to a value of non-numeric type. {_id: ${String(id)}} has the field '${path}' of non-numeric type ${typeName(current)}`,
    );
  }
  return combine(arithmetic, current, operand, id);
}

function combine(arithmetic: Arithmetic, current: Numeric, operand: Numeric, id: unknown): Numeric {
  if (typeof current === 'number' && typeof operand === 'number') {
    const result = arithmetic.onDoubles(current, operand);
    // Two 32-bit integers whose result needs more become a 64-bit one.
    const grows = isInt32(current) && isInt32(operand) && !isInt32(result);
    return grows ? Long.fromBigInt(arithmetic.onIntegers(BigInt(current), BigInt(operand))) : result;
  }
  if (!isWhole(current) || !isWhole(operand)) return arithmetic.onDoubles(Number(current), Number(operand));
  const result = arithmetic.onIntegers(asBigInt(current), asBigInt(operand));
  if (result >= MIN_INT64 && result <= MAX_INT64) return Long.fromBigInt(result);
  throw new CommandError(
    2,
    `Failed to apply ${arithmetic.operator} operations to current value ((NumberLong)${String(current)}) for document {_id: ${String(id)}}`,
  );
}

function isWhole(value: Numeric): boolean {
  return typeof value !== 'number' || Number.isSafeInteger(value);
}

function asBigInt(value: Numeric): bigint {
  return typeof value === 'number' ? BigInt(value) : value.toBigInt();
}

/** `$bit: {and | or | xor: integer}`. */
export function bitwise(current: unknown, operand: Readonly<Record<string, unknown>>): number {
  const start = current === undefined ? 0 : current;
  if (typeof start !== 'number' || !isInt32(start)) {
    throw new CommandError(2, `Cannot apply $bit to a value of non-integral type ${typeName(current)}`);
  }
  let result = start;
  for (const [operation, value] of Object.entries(operand)) {
    if (typeof value !== 'number' || !isInt32(value)) {
      throw new CommandError(
        2,
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here`,
      );
    }
    if (operation === 'and') result &= value;
    else if (operation === 'or') result |= value;
    else if (operation === 'xor') result ^= value;
    else
      throw new CommandError(2, `The $bit modifier only supports 'and', 'or', and 'xor', not '${operation}'`);
  }
  return result;
}
