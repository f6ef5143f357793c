import { Binary, Long, ObjectId, Timestamp } from 'bson';
import { notImplemented } from '../errors.js';
import { isDocument } from './document.js';
import { typeName } from './types.js';

/**
 * A string that two values share exactly when MongoDB calls them equal: 1, 1.0 and Long(1) have one key, and
 * so have null and a missing field. Refuses (238) a type that this server does not compare.
 */
export function equalityKey(value: unknown): string {
  if (value instanceof ObjectId) return `i${value.toHexString()}`;
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number') return numberKey(value);
  if (value === null || value === undefined) return '0';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return `d${value.getTime()}`;
  if (Array.isArray(value)) return `[${joinKeys(value.map(equalityKey))}`;
  if (isDocument(value)) {
    return `{${joinKeys(Object.keys(value).flatMap((name) => [name, equalityKey(value[name])]))}`;
  }
  if (value instanceof Binary) return `b${value.sub_type}:${value.toString('base64')}`;
  if (value instanceof Long && !(value instanceof Timestamp)) return `n${value.toString()}`;
  throw notImplemented(`comparing values of the type ${typeName(value)}`);
}

/** One key out of several: each part carries its length, so that no two lists share a key. */
export function joinKeys(parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) joined += `${part.length}:${part}`;
  return joined;
}

function numberKey(value: number): string {
  if (Number.isSafeInteger(value)) return `n${value === 0 ? 0 : value}`;
  return Number.isInteger(value) ? `n${BigInt(value)}` : `n${value}`;
}
