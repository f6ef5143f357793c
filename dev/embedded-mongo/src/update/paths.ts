import { type Document, isDocument } from '../bson/document.js';
import { valueAt } from '../bson/path.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileFilter } from '../query/filter.js';
import { matchedElementIndex } from '../query/positional.js';
import type { Predicate } from '../query/predicates.js';

/** What `$[name]` stands for: a test of one element. */
type ArrayFilters = ReadonlyMap<string, Predicate>;

/** Splits and checks the path of an update operator. Refused: empty (56), dollars (52), misplaced `$` (2). */
export function parseUpdatePath(path: string): string[] {
  const parts = path.split('.');
  for (const [i, part] of parts.entries()) {
    if (part === '') throw new CommandError(56, `The update path '${path}' contains an empty field name.`);
    if (part === '__proto__') throw notImplemented(`the field name '__proto__' in '${path}'`);
    if (!part.startsWith('$')) continue;
    const positional = part === '$' || /^\$\[\w*\]$/.test(part);
    if (!positional) {
      throw new CommandError(
        52,
        `The dollar ($) prefixed field '${part}' in '${path}' is not valid for storage.`,
      );
    }
    if (i === 0) throw new CommandError(2, `Cannot have a positional element first in the path '${path}'`);
  }
  return parts;
}

/** Refuses (40) two paths of one update where one is, or contains, the other. */
export function refuseConflicts(paths: readonly string[]): void {
  const sorted = paths.map((path) => `${path}.`).sort();
  for (const [i, path] of sorted.entries()) {
    const next = sorted[i + 1];
    if (!next?.startsWith(path)) continue;
    const [named, other] = [next.slice(0, -1), path.slice(0, -1)];
    throw new CommandError(40, `Updating the path '${named}' would create a conflict at '${other}'`);
  }
}

/** Compiles `arrayFilters: [{"name.field": condition}]` to a test per name. Refuses (9) one that is not used. */
export function compileArrayFilters(filters: readonly unknown[], paths: readonly string[]): ArrayFilters {
  const compiled = new Map<string, Predicate>();
  for (const filter of filters) {
    if (!isDocument(filter)) throw new CommandError(14, 'each array filter must be an object');
    const names = new Set(Object.keys(filter).map((key) => key.split('.')[0] ?? ''));
    const [name] = names;
    if (name === undefined || names.size > 1 || compiled.has(name)) {
      throw new CommandError(9, 'Error parsing array filter: expected a single top-level field name, once');
    }
    if (name.startsWith('$')) throw notImplemented('an array filter with a top-level operator');
    if (!paths.some((path) => path.split('.').includes(`$[${name}]`))) {
      throw new CommandError(9, `The array filter for identifier '${name}' was not used in the update`);
    }
    const matches = compileFilter(filter);
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
): (readonly string[])[] {
  const at = parts.findIndex((part) => part.startsWith('$'));
  if (at < 0) return [parts];
  const before = parts.slice(0, at);
  return elementIndices(parts[at] ?? '', before).flatMap((index) =>
    expandPath([...before, String(index), ...parts.slice(at + 1)], document, filter, arrayFilters),
  );

  function elementIndices(part: string, arrayParts: readonly string[]): number[] {
    const path = arrayParts.join('.');
    if (part === '$') {
      const index = matchedElementIndex(filter, document, path);
      if (index !== undefined) return [index];
      throw new CommandError(2, 'The positional operator did not find the match needed from the query.');
    }
    const name = part.slice(2, -1);
    const accepts = arrayFilters.get(name);
    if (name !== '' && !accepts)
      throw new CommandError(2, `No array filter found for identifier '${name}' in path '${path}.${part}'`);
    const array = valueAt(document, arrayParts);
    if (!Array.isArray(array))
      throw new CommandError(2, `Cannot apply array updates to the missing or non-array element ${path}`);
    return [...array.keys()].filter((index) => !accepts || accepts(array[index]));
  }
}
