import { BSONRegExp, Decimal128, Long, Timestamp } from 'bson';
import { cloneValue, type Document, isDocument } from '../bson/document.js';
import { simplestNumber } from '../bson/types.js';
import { notImplemented } from '../errors.js';
import { compilePattern } from '../query/pattern.js';

/**
 * A copy of a value that mingo computes with correctly: it knows JavaScript's numbers and regular expressions,
 * not BSON's. What it would get silently wrong is refused here.
 */
export function forMingo(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forMingo);
  if (isDocument(value)) return documentForMingo(value);
  if (value instanceof Decimal128) throw notImplemented('Decimal128 in an aggregation or expression');
  if (value instanceof BSONRegExp) return compilePattern(value);
  if (value instanceof Long && !(value instanceof Timestamp)) {
    const plain = simplestNumber(value);
    if (typeof plain === 'number') return plain;
    throw notImplemented('a 64-bit integer beyond 2^53 in an aggregation or expression');
  }
  return cloneValue(value);
}

/** The same for a whole document. */
export function documentForMingo(document: Document): Document {
  const copy: Document = {};
  for (const name of Object.keys(document)) copy[name] = forMingo(document[name]);
  return copy;
}
