import { BSONRegExp } from 'bson';
import { cloneValue, type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compareValues } from '../bson/order.js';
import { typeName, wholeNumber } from '../bson/types.js';
import { CommandError } from '../errors.js';
import { compileElementMatcher } from '../query/matcher.js';
import { compilePattern } from '../query/pattern.js';
import { matchesPattern, type Predicate, sameAs } from '../query/predicates.js';
import { compileSort } from '../query/sort.js';

/** Where an array operator works, for its messages. */
export interface ArrayField {
  path: string;
  id: unknown;
}

const PUSH_MODIFIERS = new Set(['$each', '$position', '$slice', '$sort']);

/** `$push`, with `$each`, `$position`, `$slice` and `$sort`. Refused (2) on a field that is no array. */
export function push(current: unknown, operand: unknown, field: ArrayField): unknown[] {
  const array = arrayOrNothing(current, field) ?? [];
  if (!isDocument(operand) || !('$each' in operand)) return [...array, cloneValue(operand)];
  const added = listOf(operand.$each, '$push');
  for (const modifier of Object.keys(operand)) {
    if (!PUSH_MODIFIERS.has(modifier)) throw new CommandError(2, `Unrecognized clause in $push: ${modifier}`);
  }
  const position = limitOf(operand, '$position');
  const grown =
    position === undefined
      ? [...array, ...added]
      : [...array.slice(0, position), ...added, ...array.slice(position)];
  return sliced(sorted(grown, operand.$sort), limitOf(operand, '$slice'));
}

function listOf(value: unknown, operator: string): unknown[] {
  if (Array.isArray(value)) return value.map(cloneValue);
  throw new CommandError(
    2,
    `The argument to $each in ${operator} must be an array but it was of type: ${typeName(value)}`,
  );
}

function limitOf(operand: Document, name: string): number | undefined {
  if (!(name in operand)) return undefined;
  const value = wholeNumber(operand[name]);
  if (value === undefined) throw new CommandError(2, `The value for ${name} must be an integer value`);
  return value;
}

function sorted(array: unknown[], order: unknown): unknown[] {
  if (order === undefined) return array;
  if (!isDocument(order)) {
    const direction = wholeNumber(order);
    if (direction === 1 || direction === -1) return array.toSorted((a, b) => compareValues(a, b) * direction);
    throw new CommandError(2, 'The $sort element value must be either 1 or -1');
  }
  const compare = compileSort(order);
  if (!compare) throw new CommandError(2, 'The $sort pattern is empty when it should be a set of fields.');
  // Elements that are not documents sort as if all their fields were missing.
  return array.toSorted((a, b) => compare(isDocument(a) ? a : {}, isDocument(b) ? b : {}));
}

function sliced(array: unknown[], limit: number | undefined): unknown[] {
  if (limit === undefined) return array;
  return limit < 0 ? array.slice(limit) : array.slice(0, limit);
}

/** `$addToSet`, with `$each`: what is there already is not added again. */
export function addToSet(current: unknown, operand: unknown, field: ArrayField): unknown[] {
  const array = [...(arrayOrNothing(current, field) ?? [])];
  const known = new Set(array.map(equalityKey));
  const added =
    isDocument(operand) && '$each' in operand ? listOf(operand.$each, '$addToSet') : [cloneValue(operand)];
  for (const value of added) {
    const key = equalityKey(value);
    if (!known.has(key)) array.push(value);
    known.add(key);
  }
  return array;
}

/** `$pop: 1` takes the last element away, `$pop: -1` the first. */
export function pop(current: unknown, operand: unknown, field: ArrayField): unknown[] | undefined {
  const side = wholeNumber(operand);
  if (side !== 1 && side !== -1) throw new CommandError(9, `$pop expects 1 or -1, found: ${String(operand)}`);
  if (current === undefined) return undefined;
  if (Array.isArray(current)) return side === 1 ? current.slice(0, -1) : current.slice(1);
  throw new CommandError(
    14,
    `Path '${field.path}' contains an element of non-array type '${typeName(current)}'`,
  );
}

/** `$pull`: elements equal to a value, or that satisfy a condition, are taken away. */
export function pull(current: unknown, operand: unknown): unknown[] | undefined {
  return without(current, '$pull', pullCondition(operand));
}

/** `$pullAll`: elements equal to one of a list are taken away. */
export function pullAll(current: unknown, operand: unknown): unknown[] | undefined {
  if (!Array.isArray(operand))
    throw new CommandError(2, `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  const keys = new Set(operand.map(equalityKey));
  return without(current, '$pullAll', (element) => keys.has(equalityKey(element)));
}

function pullCondition(operand: unknown): Predicate {
  if (operand instanceof BSONRegExp) return matchesPattern(compilePattern(operand), operand);
  if (isDocument(operand)) return compileElementMatcher(operand);
  return sameAs(operand);
}

function without(current: unknown, operator: string, unwanted: Predicate): unknown[] | undefined {
  if (current === undefined) return undefined;
  if (Array.isArray(current)) return current.filter((element) => !unwanted(element));
  throw new CommandError(2, `Cannot apply ${operator} to a non-array value`);
}

function arrayOrNothing(current: unknown, { path, id }: ArrayField): unknown[] | undefined {
  if (current === undefined || Array.isArray(current)) return current;
  throw new CommandError(
    2,
    `The field '${path}' must be an array but is of type ${typeName(current)} in document {_id: ${String(id)}}`,
  );
}
