import { type Document, fieldOf, isDocument } from '../bson/document.js';
import { isArrayIndex } from '../bson/path.js';
import { typeName } from '../bson/types.js';
import { CommandError } from '../errors.js';

/** A place in a document or an array of a document. The document is the update's own copy. */
interface Slot {
  readonly container: Document;
  readonly key: string;
}

/** How far beyond its end an array may be written to, as in MongoDB. */
const MAX_PADDING = 1_500_000;

/** The place a path names, if everything up to its last part is there. */
export function existingSlot(root: Document, parts: readonly string[]): Slot | undefined {
  let container: unknown = root;
  for (const part of parts.slice(0, -1))
    container = holds(container, part) ? fieldOf(container, part) : undefined;
  const key = parts.at(-1) ?? '';
  return holds(container, key) ? { container, key } : undefined;
}

/** The place a path names; missing documents on the way are made. Refused (28) where a scalar is in the way. */
export function slotFor(root: Document, parts: readonly string[]): Slot {
  let slot: Slot = { container: root, key: parts[0] ?? '' };
  for (const key of parts.slice(1)) {
    if (readSlot(slot) === undefined) writeSlot(slot, {});
    const container = readSlot(slot);
    if (!holds(container, key)) {
      const element = `element {${slot.key}: ...} (of type ${typeName(container)})`;
      throw new CommandError(28, `Cannot create field '${key}' in ${element}`);
    }
    slot = { container, key };
  }
  return slot;
}

// An array is a container with its indices as names.
function holds(container: unknown, key: string): container is Document {
  return isDocument(container) || (Array.isArray(container) && isArrayIndex(key));
}

/** The value there; undefined when missing. */
export function readSlot({ container, key }: Slot): unknown {
  return fieldOf(container, key);
}

/** Puts a value there; an array that is too short is filled up with nulls. */
export function writeSlot({ container, key }: Slot, value: unknown): void {
  if (Array.isArray(container)) {
    const missing = Number(key) - container.length;
    if (missing > MAX_PADDING)
      throw new CommandError(2, `Index ${key} is too far beyond the end of the array`);
    for (let i = 0; i < missing; i++) container.push(null);
  }
  container[key] = value;
}

/** Takes the value away; an array keeps its length and gets a null, as in MongoDB. */
export function clearSlot({ container, key }: Slot): void {
  if (!Array.isArray(container)) delete container[key];
  else if (Number(key) < container.length) container[Number(key)] = null;
}
