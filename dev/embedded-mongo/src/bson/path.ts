import { fieldOf, isDocument } from './document.js';

/** Whether a part of a dotted path can name a place in an array. */
export function isArrayIndex(part: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(part);
}

/**
 * Tests each value a dotted path leads to, through arrays as MongoDB walks them, until one passes. A path that
 * ends in nothing is tested as `undefined`; the elements of a last array are not walked.
 */
export function someValueAt(
  value: unknown,
  parts: readonly string[],
  from: number,
  test: (value: unknown) => boolean,
): boolean {
  const part = parts[from];
  if (part === undefined) return test(value);
  if (isDocument(value)) return someValueAt(fieldOf(value, part), parts, from + 1, test);
  if (!Array.isArray(value)) return test(undefined);
  if (isArrayIndex(part)) {
    const index = Number(part);
    if (index < value.length && someValueAt(value[index], parts, from + 1, test)) return true;
  }
  for (const element of value) {
    if (isDocument(element) && someValueAt(element, parts, from, test)) return true;
  }
  return false;
}

/** The values a path leads to, arrays at its end taken apart: what a sort or `distinct` sees. */
export function valuesAt(value: unknown, parts: readonly string[], from = 0): unknown[] {
  const part = parts[from];
  if (part === undefined) return Array.isArray(value) && value.length > 0 ? value : [lastValue(value)];
  if (isDocument(value)) return valuesAt(fieldOf(value, part), parts, from + 1);
  if (!Array.isArray(value)) return [undefined];
  const values: unknown[] = [];
  if (isArrayIndex(part) && Number(part) < value.length)
    values.push(...valuesAt(value[Number(part)], parts, from + 1));
  for (const element of value) if (isDocument(element)) values.push(...valuesAt(element, parts, from));
  return values.length > 0 ? values : [undefined];
}

// An empty array has no value to show.
function lastValue(value: unknown): unknown {
  return Array.isArray(value) ? undefined : value;
}

/** The one value a path leads to, arrays only entered by index: how updates see a document. */
export function valueAt(root: unknown, parts: readonly string[]): unknown {
  let value = root;
  for (const part of parts) {
    if (Array.isArray(value) && isArrayIndex(part)) value = value[Number(part)];
    else if (isDocument(value)) value = fieldOf(value, part);
    else return undefined;
  }
  return value;
}
