import type { Sandbox } from '../context.js';
import { findObject, includeList } from './lookup.js';
import { invalidRequest, type Refusal } from './refusals.js';

/** https://docs.stripe.com/api/expanding_objects */
const MAXIMUM_DEPTH = 4;

/**
 * Replaces ids by the objects they name, along paths such as `payment_intent.latest_charge` or
 * `data.customer` (through lists), and adds lists that are absent unless asked for, such as `line_items`.
 * @returns a copy, or the refusal for a path that leads nowhere
 */
export function expand(sandbox: Sandbox, object: object, paths: readonly string[]): object | Refusal {
  const copy = structuredClone(object);
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.filter((part) => part !== 'data').length > MAXIMUM_DEPTH) {
      return invalidRequest(`You cannot expand more than ${MAXIMUM_DEPTH} levels of a property (${path}).`, {
        param: 'expand',
      });
    }
    if (!expandPath(sandbox, copy, parts)) {
      return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
    }
  }
  return copy;
}

function expandPath(sandbox: Sandbox, object: object, parts: readonly string[]): boolean {
  const [name, ...rest] = parts;
  if (name === undefined) return true;
  const value: unknown = Reflect.get(object, name) ?? includeList(sandbox, object, name);
  if (Array.isArray(value)) return value.every((item) => expandItem(sandbox, item, rest));
  if (value === null) return Reflect.has(object, name);
  const target = typeof value === 'string' ? findObject(sandbox, value) : value;
  if (typeof target !== 'object' || target === null) return false;
  Reflect.set(object, name, target);
  return expandPath(sandbox, target, rest);
}

function expandItem(sandbox: Sandbox, item: unknown, rest: readonly string[]): boolean {
  return typeof item === 'object' && item !== null && expandPath(sandbox, item, rest);
}
