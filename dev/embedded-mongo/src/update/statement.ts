import { BSONRegExp } from 'bson';
import { cloneValue, type Document } from '../bson/document.js';
import type { Collection } from '../collection.js';
import { CommandError } from '../errors.js';
import { filtersUnder, isOperatorExpression } from '../query/filter.js';
import { selectMatches } from '../query/plan.js';
import type { Query } from '../query/query.js';
import { parseUpdatePath } from './paths.js';
import { slotFor, writeSlot } from './slot.js';
import type { Update } from './update.js';

/** One update statement, compiled. */
interface UpdateStatement {
  /** Undefined if there is none yet. */
  readonly collection: Collection | undefined;
  /** Makes it, for an upsert. */
  readonly createCollection: () => Collection;
  readonly query: Query;
  readonly update: Update;
  readonly multi: boolean;
  readonly upsert: boolean;
  /** Which of several matches is updated when `multi` is false. */
  readonly sort: Document;
}

/** What an update statement did. */
interface UpdateOutcome {
  matched: number;
  modified: number;
  /** The last matched document, before and after. */
  before?: Document;
  after?: Document;
  /** The document an upsert inserted. */
  inserted?: Document;
}

/**
 * Updates one document or all that match, or inserts one. Each document changes as a whole or not at all; a
 * failure ends the statement (documents already updated stay so, as in MongoDB).
 */
export function updateDocuments(statement: UpdateStatement): UpdateOutcome {
  const { collection, query, update, multi, upsert, sort } = statement;
  if (multi && update.isReplacement)
    throw new CommandError(9, 'multi update is not supported for replacement-style update');
  const outcome: UpdateOutcome = { matched: 0, modified: 0 };
  // All are found before the first is changed, so that no document is met twice.
  const records = collection ? selectMatches(collection, query, sort, multi ? undefined : 1) : [];
  for (const { record } of records) {
    const stored = collection?.read(record);
    if (!collection || !stored) continue;
    const changed = update.apply(stored.document, query.filter);
    outcome.matched += 1;
    if (collection.replace(record, stored, changed)) outcome.modified += 1;
    outcome.before = stored.document;
    outcome.after = changed;
  }
  if (outcome.matched > 0 || !upsert) return outcome;
  const document = newDocument(query.filter, update);
  const inserted = (collection ?? statement.createCollection()).insert(document);
  return { ...outcome, inserted, after: inserted };
}

/**
 * The document an upsert inserts when nothing matched: the fields the filter fixes by equality, then the
 * update (https://www.mongodb.com/docs/manual/reference/method/db.collection.update/#upsert-behavior).
 */
function newDocument(filter: Document, update: Update): Document {
  const fixed = new Map<string, unknown>();
  collectEqualities(filter, fixed);
  const seed: Document = {};
  for (const [path, value] of fixed) {
    if (path === '_id' || !update.isReplacement)
      writeSlot(slotFor(seed, parseUpdatePath(path)), cloneValue(value));
  }
  return update.applyToNew(seed, filter);
}

function collectEqualities(filter: Document, fixed: Map<string, unknown>): void {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' || (name === '$or' && Array.isArray(condition) && condition.length === 1)) {
      for (const part of filtersUnder(name, condition)) collectEqualities(part, fixed);
    }
    const equality = name.startsWith('$') ? undefined : equalityOf(condition);
    if (!equality) continue;
    const isFixed = [...fixed.keys()].some(
      (path) => `${path}.`.startsWith(`${name}.`) || name.startsWith(`${path}.`),
    );
    if (isFixed)
      throw new CommandError(54, `cannot infer query fields to set, path '${name}' is matched twice`);
    fixed.set(name, equality.value);
  }
}

function equalityOf(condition: unknown): { value: unknown } | undefined {
  if (condition instanceof BSONRegExp) return undefined;
  if (!isOperatorExpression(condition)) return { value: condition };
  if ('$eq' in condition) return { value: condition.$eq };
  const list = Array.isArray(condition.$in) ? condition.$in : [];
  return list.length === 1 && !(list[0] instanceof BSONRegExp) ? { value: list[0] } : undefined;
}
