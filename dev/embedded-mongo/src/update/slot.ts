import { type Document, fieldOf, isDocument } from '../bson/document.js';
import { isArrayIndex } from '../bson/path.js';
import { typeName } from '../bson/types.js';
import { CommandError } from '../errors.js';

/** A place in a document that an update reads and writes. The document is the update's own copy. */
export type Slot = { container: Document; key: string } | { container: unknown[]; key: number };

/** How far beyond its end an array may be written to, as in MongoDB. */
const MAX_PADDING = 1_500_000;

/** The place a path names, if everything up to its last part is there. */
export function existingSlot(root: Document, parts: readonly string[]): Slot | undefined {
  let container: unknown = root;
  for (const part of parts.slice(0, -1)) {
    const slot = slotIn(container, part);
    if (!slot) return undefined;
    container = readSlot(slot);
  }
  return slotIn(container, parts.at(-1) ?? '');
}

/** The place a path names; missing documents on the way are made. Refused (28) where a scalar is in the way. */
export function slotFor(root: Document, parts: readonly string[]): Slot {
  let slot: Slot = { container: root, key: parts[0] ?? '' };
  for (const part of parts.slice(1)) {
    let container = readSlot(slot);
    if (container === undefined) {
      container = {};
      writeSlot(slot, container);
    }
    const next = slotIn(container, part);
    if (!next) throw notViable(slot, part, container);
    slot = next;
  }
  return slot;
}

function slotIn(container: unknown, part: string): Slot | undefined {
  if (isDocument(container)) return { container, key: part };
  if (Array.isArray(container) && isArrayIndex(part)) return { container, key: Number(part) };
  return undefined;
}

function notViable(slot: Slot, part: string, value: unknown): CommandError {
  const shown =
    typeof value === 'string' ? JSON.stringify(value) : Array.isArray(value) ? '[...]' : String(value);
  return new CommandError(
    28,
    `Cannot create field '${part}' in element {${slot.key}: ${shown}} (of type ${typeName(value)})`,
  );
}

/** The value there; undefined when missing. */
export function readSlot(slot: Slot): unknown {
  if (Array.isArray(slot.container)) return slot.container[Number(slot.key)];
  return fieldOf(slot.container, String(slot.key));
}

/** Puts a value there; an array that is too short is filled up with nulls. */
export function writeSlot(slot: Slot, value: unknown): void {
  if (!Array.isArray(slot.container)) {
    slot.container[String(slot.key)] = value;
    return;
  }
  const index = Number(slot.key);
  if (index - slot.container.length > MAX_PADDING) {
    throw new CommandError(
      2,
      `Index ${index} is too far beyond the end of the array (${slot.container.length} elements)`,
    );
  }
  while (slot.container.length < index) slot.container.push(null);
  slot.container[index] = value;
}

/** Takes the value away; an array keeps its length and gets a null, as in MongoDB. */
export function clearSlot(slot: Slot): void {
  if (!Array.isArray(slot.container)) delete slot.container[String(slot.key)];
  else if (Number(slot.key) < slot.container.length) slot.container[Number(slot.key)] = null;
}
