import type { Document } from '../bson/document.js';
import { compareValues } from '../bson/order.js';
import { valuesAt } from '../bson/path.js';
import { wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';

/** Orders two documents. */
type DocumentOrder = (a: Document, b: Document) => number;

interface SortField {
  readonly parts: readonly string[];
  readonly direction: 1 | -1;
}

/** Compiles a sort such as `{price: -1, name: 1}`; undefined when it asks for no order. */
export function compileSort(specification: Document): DocumentOrder | undefined {
  const fields = Object.entries(specification).map(readField);
  if (fields.length === 0) return undefined;
  return (a, b) => {
    for (const field of fields) {
      const order = compareValues(sortValue(a, field), sortValue(b, field)) * field.direction;
      if (order !== 0) return order;
    }
    return 0;
  };
}

function readField([name, value]: [string, unknown]): SortField {
  if (name.startsWith('$')) throw notImplemented(`sorting by ${name}`);
  const direction = wholeNumber(value);
  if (direction === 1 || direction === -1) return { parts: name.split('.'), direction };
  throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
}

// An array sorts by its smallest value upwards, by its largest downwards.
function sortValue(document: Document, { parts, direction }: SortField): unknown {
  return valuesAt(document, parts).reduce((chosen, value) =>
    compareValues(value, chosen) * direction < 0 ? value : chosen,
  );
}
