import { BSONRegExp } from 'bson';
import { cloneValue, type Document, isDocument } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { isOperatorExpression, listOfFilters } from '../query/matcher.js';
import { parseUpdatePath } from './paths.js';
import { slotFor, writeSlot } from './slot.js';
import type { Update } from './update.js';

/**
 * The document an upsert inserts when nothing matched: the fields the filter fixes by equality, then the
 * update (https://www.mongodb.com/docs/manual/reference/method/db.collection.update/#upsert-behavior).
 */
export function newDocument(filter: Document, update: Update): Document {
  const fixed = new Map<string, unknown>();
  collectEqualities(filter, fixed);
  const seed: Document = {};
  if (update.kind === 'replacement') {
    if (fixed.has('_id')) seed._id = cloneValue(fixed.get('_id'));
  } else {
    for (const [path, value] of fixed) writeSlot(slotFor(seed, parseUpdatePath(path)), cloneValue(value));
  }
  return update.applyToNew(seed, filter);
}

function collectEqualities(filter: Document, fixed: Map<string, unknown>): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' || (name === '$or' && Array.isArray(condition) && condition.length === 1)) {
      for (const part of listOfFilters(name, condition)) collectEqualities(part, fixed);
    }
    if (name.startsWith('$')) continue;
    const equality = equalityOf(condition);
    if (!equality) continue;
    const clash = [...fixed.keys()].find(
      (path) => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`),
    );
    if (clash !== undefined) {
      throw new CommandError(54, `cannot infer query fields to set, path '${name}' is matched twice`);
    }
    fixed.set(name, equality.value);
  }
}

function equalityOf(condition: unknown): { value: unknown } | undefined {
  if (condition instanceof BSONRegExp) return undefined;
  if (!isOperatorExpression(condition)) return { value: condition };
  if ('$eq' in condition) return { value: condition.$eq };
  const list = condition.$in ?? condition.$all;
  const [only] = Array.isArray(list) ? list : [];
  if (!Array.isArray(list) || list.length !== 1 || only instanceof BSONRegExp || isElemMatch(only))
    return undefined;
  return { value: only };
}

function isElemMatch(value: unknown): boolean {
  return isDocument(value) && '$elemMatch' in value;
}
