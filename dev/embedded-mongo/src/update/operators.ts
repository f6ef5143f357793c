import { Timestamp } from 'bson';
import { cloneValue, type Document, isDocument } from '../bson/document.js';
import { compareValues } from '../bson/order.js';
import { CommandError } from '../errors.js';
import { bitwise, calculate, INCREMENT, MULTIPLY } from './arithmetic.js';
import { type ArrayField, addToSet, pop, pull, pullAll, push } from './array-operators.js';
import { parseUpdatePath } from './paths.js';
import { clearSlot, existingSlot, readSlot, type Slot, slotFor, writeSlot } from './slot.js';

/** Changes one plain path of a document that the update owns. */
export type Operator = (document: Document, parts: readonly string[], operand: unknown) => void;

/** The update operators (https://www.mongodb.com/docs/manual/reference/operator/update/). */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['$set', (document, parts, operand) => writeSlot(slotFor(document, parts), cloneValue(operand))],
  ['$setOnInsert', (document, parts, operand) => writeSlot(slotFor(document, parts), cloneValue(operand))],
  ['$unset', unset],
  ['$rename', rename],
  ['$currentDate', (document, parts, operand) => writeSlot(slotFor(document, parts), currentDate(operand))],
  ['$inc', creating((current, operand, { path, id }) => calculate(INCREMENT, current, operand, path, id))],
  ['$mul', creating((current, operand, { path, id }) => calculate(MULTIPLY, current, operand, path, id))],
  ['$min', creating((current, operand) => (replaces(current, operand, -1) ? cloneValue(operand) : current))],
  ['$max', creating((current, operand) => (replaces(current, operand, 1) ? cloneValue(operand) : current))],
  ['$bit', creating(bit)],
  ['$push', creating(push)],
  ['$addToSet', creating(addToSet)],
  ['$pop', whereExisting(pop)],
  ['$pull', whereExisting(pull)],
  ['$pullAll', whereExisting(pullAll)],
]);

type NewValue = (current: unknown, operand: unknown, field: ArrayField) => unknown;

function creating(newValue: NewValue): Operator {
  return (document, parts, operand) => update(document, parts, operand, slotFor(document, parts), newValue);
}

function whereExisting(newValue: NewValue): Operator {
  return (document, parts, operand) =>
    update(document, parts, operand, existingSlot(document, parts), newValue);
}

function update(
  document: Document,
  parts: readonly string[],
  operand: unknown,
  slot: Slot | undefined,
  newValue: NewValue,
): void {
  const current = slot && readSlot(slot);
  const value = newValue(current, operand, { path: parts.join('.'), id: document._id });
  if (slot && value !== undefined) writeSlot(slot, value);
}

function replaces(current: unknown, operand: unknown, direction: 1 | -1): boolean {
  return current === undefined || compareValues(operand, current) * direction > 0;
}

function bit(current: unknown, operand: unknown): number {
  if (isDocument(operand)) return bitwise(current, operand);
  throw new CommandError(2, 'The $bit modifier is not compatible with a value that is no document');
}

function unset(document: Document, parts: readonly string[]): void {
  const slot = existingSlot(document, parts);
  if (slot) clearSlot(slot);
}

/** The target of a `$rename`, checked: plain field names only, as MongoDB has it. */
export function renameTarget(path: string, target: unknown): string {
  if (typeof target !== 'string')
    throw new CommandError(2, `The 'to' field for $rename must be a string: ${path}`);
  if (target === path)
    throw new CommandError(2, `The source and target field for $rename must differ: ${path}`);
  for (const named of [path, target]) {
    if (parseUpdatePath(named).some((part) => part.startsWith('$'))) {
      throw new CommandError(2, `The source and destination field for $rename may not be dynamic: ${named}`);
    }
  }
  return target;
}

function rename(document: Document, parts: readonly string[], operand: unknown): void {
  const target = renameTarget(parts.join('.'), operand).split('.');
  const source = existingSlot(document, parts);
  const value = source && readSlot(source);
  if (!source || value === undefined) return;
  const destination = slotFor(document, target);
  if (Array.isArray(source.container) || Array.isArray(destination.container)) {
    throw new CommandError(
      2,
      `The source and destination field for $rename cannot be an array element: ${target.join('.')}`,
    );
  }
  clearSlot(source);
  writeSlot(destination, value);
}

function currentDate(operand: unknown): unknown {
  const kind = isDocument(operand) ? operand.$type : operand;
  if (kind === 'timestamp') return new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
  if (kind === 'date' || typeof kind === 'boolean') return new Date();
  throw new CommandError(2, "The '$type' string field is required to be 'date' or 'timestamp'");
}
