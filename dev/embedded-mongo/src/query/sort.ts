import type { Document } from '../bson/document.js';
import { compareValues } from '../bson/order.js';
import { valuesAt } from '../bson/path.js';
import { wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';

/** Orders two documents. */
export type DocumentOrder = (a: Document, b: Document) => number;

interface SortField {
  parts: string[];
  direction: 1 | -1;
}

/** Reads a sort specification; undefined when it asks for no order (or the natural one). */
export function compileSort(specification: Document): DocumentOrder | undefined {
  const names = Object.keys(specification);
  if (names.length === 0) return undefined;
  if (names[0] === '$natural') {
    if (wholeNumber(specification.$natural) === 1) return undefined;
    throw notImplemented('sorting by {$natural: -1}');
  }
  const fields = names.map((name) => readField(name, specification[name]));
  return (a, b) => {
    for (const field of fields) {
      const order = compareValues(sortValue(a, field), sortValue(b, field)) * field.direction;
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Sorts documents stably, by a specification such as `{price: -1, name: 1}`. */
export function sortDocuments<T extends Document>(documents: T[], specification: Document): T[] {
  const order = compileSort(specification);
  return order ? documents.toSorted(order) : documents;
}

function readField(name: string, direction: unknown): SortField {
  const sign = wholeNumber(direction);
  if (sign === 1 || sign === -1) return { parts: name.split('.'), direction: sign };
  if (typeof direction === 'object') throw notImplemented(`sorting by an expression ("${name}")`);
  throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
}

/** Of several values (an array) the smallest counts when ascending, the largest when descending. */
function sortValue(document: Document, { parts, direction }: SortField): unknown {
  const values = valuesAt(document, parts);
  let chosen = values[0];
  for (let i = 1; i < values.length; i++) {
    if (compareValues(values[i], chosen) * direction < 0) chosen = values[i];
  }
  return chosen;
}
