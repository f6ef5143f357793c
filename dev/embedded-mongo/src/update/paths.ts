import { type Document, isDocument } from '../bson/document.js';
import { valueAt } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { compileMatcher } from '../query/matcher.js';
import { matchedElementIndex } from '../query/positional.js';
import type { Predicate } from '../query/predicates.js';

/** What `$[name]` stands for: a test of one element. */
export type ArrayFilters = ReadonlyMap<string, Predicate>;

/** Splits and checks the path of an update operator. */
export function parseUpdatePath(path: string): string[] {
  const parts = path.split('.');
  if (path === '') throw new CommandError(56, 'An empty update path is not valid.');
  for (const [i, part] of parts.entries()) {
    if (part === '') {
      throw new CommandError(
        56,
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    if (part === '__proto__')
      throw new CommandError(2, `The field name '__proto__' in '${path}' is not allowed here`);
    if (!part.startsWith('$')) continue;
    const positional = part === '$' || /^\$\[\w*\]$/.test(part);
    if (positional && i > 0) continue;
    if (positional)
      throw new CommandError(
        2,
        `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
      );
    throw new CommandError(
      52,
      `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
    );
  }
  return parts;
}

/** Refuses (40) two paths of one update where one is, or contains, the other. */
export function refuseConflicts(paths: readonly string[]): void {
  const sorted = paths.map((path) => `${path}.`).sort();
  for (const [i, path] of sorted.entries()) {
    const next = sorted[i + 1];
    if (!next?.startsWith(path)) continue;
    const named = next.slice(0, -1);
    throw new CommandError(
      40,
      `Updating the path '${named}' would create a conflict at '${path.slice(0, -1)}'`,
    );
  }
}

/** Compiles `arrayFilters: [{"name.field": condition}]` to a test per name. */
export function compileArrayFilters(filters: readonly unknown[], paths: readonly string[]): ArrayFilters {
  const compiled = new Map<string, Predicate>();
  for (const filter of filters) {
    if (!isDocument(filter)) throw new CommandError(14, 'each array filter must be an object');
    const names = new Set(Object.keys(filter).map((key) => key.split('.')[0] ?? ''));
    const [name] = names;
    if (name === undefined || names.size > 1) {
      throw new CommandError(
        9,
        'Error parsing array filter :: caused by :: Expected a single top-level field name',
      );
    }
    if (name.startsWith('$')) {
      throw new CommandError(
        238,
        'array filters with a top-level operator are not implemented by the embedded database',
      );
    }
    if (compiled.has(name))
      throw new CommandError(9, `Found multiple array filters with the same top-level field name ${name}`);
    if (!paths.some((path) => path.split('.').includes(`$[${name}]`))) {
      throw new CommandError(9, `The array filter for identifier '${name}' was not used in the update`);
    }
    const matches = compileMatcher(filter);
    compiled.set(name, (element) => matches({ [name]: element }));
  }
  return compiled;
}

/**
 * The plain paths an update path stands for in one document: `$` by what the filter matched, `$[]` by every
 * element, `$[name]` by the elements its array filter accepts.
 */
export function expandPath(
  parts: readonly string[],
  document: Document,
  filter: Document,
  arrayFilters: ArrayFilters,
): string[][] {
  const at = parts.findIndex((part) => part.startsWith('$'));
  if (at < 0) return [[...parts]];
  const before = parts.slice(0, at);
  const indices = elementIndices(parts[at] ?? '', before, document, filter, arrayFilters);
  return indices.flatMap((index) =>
    expandPath([...before, String(index), ...parts.slice(at + 1)], document, filter, arrayFilters),
  );
}

function elementIndices(
  part: string,
  before: string[],
  document: Document,
  filter: Document,
  arrayFilters: ArrayFilters,
): number[] {
  const path = before.join('.');
  if (part === '$') {
    const index = matchedElementIndex(filter, document, path);
    if (index !== undefined) return [index];
    throw new CommandError(2, 'The positional operator did not find the match needed from the query.');
  }
  const name = part.slice(2, -1);
  const accepts = arrayFilters.get(name);
  if (name !== '' && !accepts)
    throw new CommandError(2, `No array filter found for identifier '${name}' in path '${path}.${part}'`);
  const array = valueAt(document, before);
  if (array === undefined) {
    throw new CommandError(
      2,
      `The path '${path}' must exist in the document in order to apply array updates.`,
    );
  }
  if (!Array.isArray(array))
    throw new CommandError(2, `Cannot apply array updates to non-array element ${path}`);
  return [...array.keys()].filter((index) => accepts === undefined || accepts(array[index]));
}
