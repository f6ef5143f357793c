import { fieldOf, isDocument } from './bson/document.js';
import { isArrayIndex } from './bson/path.js';
import { CommandError } from './errors.js';

/** How far the walk along one indexed path has come. */
interface Step {
  value: unknown;
  rest: readonly string[];
}

/**
 * The entries a document has in an index: one value per indexed path, several entries where a path runs
 * through an array (a multikey index). Paths through the same array take their values from the same element;
 * two different arrays are refused (171), as in MongoDB.
 */
export function indexTuples(document: unknown, paths: readonly (readonly string[])[]): unknown[][] {
  return expand(paths.map((rest) => ({ value: document, rest })));
}

function expand(steps: Step[]): unknown[][] {
  const advanced = steps.map(advance);
  const arrays = new Set(advanced.map(({ value }) => value).filter(Array.isArray));
  const [array] = arrays;
  if (array === undefined) return [advanced.map(({ value }) => value)];
  if (arrays.size > 1) throw new CommandError(171, 'cannot index parallel arrays');
  const elements = array.length === 0 ? [undefined] : array;
  return elements.flatMap((element) => expandElement(advanced, array, element));
}

function expandElement(steps: Step[], array: unknown[], element: unknown): unknown[][] {
  const entered = steps.map((step) => (step.value === array ? { value: element, rest: step.rest } : step));
  const needsWalk = entered.some(({ value, rest }) => rest.length > 0 && isDocument(value));
  // An array inside an array is an element like any other: it is indexed whole.
  return needsWalk
    ? expand(entered)
    : [entered.map(({ value, rest }) => (rest.length === 0 ? value : undefined))];
}

/** Walks until the path ends or an array is met. */
function advance({ value, rest }: Step): Step {
  let current = value;
  let position = 0;
  while (position < rest.length) {
    const part = rest[position] ?? '';
    if (isDocument(current)) current = fieldOf(current, part);
    else if (Array.isArray(current) && isArrayIndex(part)) current = current[Number(part)];
    else if (Array.isArray(current)) return { value: current, rest: rest.slice(position) };
    else return { value: undefined, rest: [] };
    position += 1;
  }
  return { value: current, rest: [] };
}
