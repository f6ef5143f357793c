import type { Document } from '../bson/document.js';
import type { Collection } from '../collection.js';
import { CommandError } from '../errors.js';
import { matching } from '../query/plan.js';
import type { Query } from '../query/query.js';
import { compileSort } from '../query/sort.js';
import type { Update } from './update.js';
import { newDocument } from './upsert.js';

/** One update statement, compiled. */
export interface UpdateStatement {
  /** Undefined if there is none yet. */
  collection: Collection | undefined;
  /** Makes it, for an upsert. */
  createCollection: () => Collection;
  query: Query;
  update: Update;
  multi: boolean;
  upsert: boolean;
  /** Which of several matches is updated when `multi` is false. */
  sort: Document;
}

/** What an update statement did. */
export interface UpdateOutcome {
  matched: number;
  modified: number;
  /** The last matched document, before and after. */
  before: Document | undefined;
  after: Document | undefined;
  /** The document an upsert inserted. */
  inserted: Document | undefined;
}

/**
 * Updates one document or all that match, or inserts one. Each document changes as a whole or not at all; a
 * failure ends the statement (documents already updated stay so, as in MongoDB).
 */
export function updateDocuments(statement: UpdateStatement): UpdateOutcome {
  const { query, update, multi, upsert } = statement;
  if (multi && update.kind === 'replacement') {
    throw new CommandError(9, 'multi update is not supported for replacement-style update');
  }
  const { collection } = statement;
  const outcome: UpdateOutcome = {
    matched: 0,
    modified: 0,
    before: undefined,
    after: undefined,
    inserted: undefined,
  };
  for (const record of collection ? chosenRecords(collection, statement) : []) {
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
  const inserted = (collection ?? statement.createCollection()).insert(document).document;
  return { ...outcome, inserted, after: inserted };
}

// All are found before the first is changed, so that no document is met twice.
function chosenRecords(collection: Collection, { query, multi, sort }: UpdateStatement): number[] {
  const order = compileSort(sort);
  if (multi) return [...matching(collection, query)].map(({ record }) => record);
  const matches = order
    ? [...matching(collection, query)].sort((a, b) => order(a.document, b.document))
    : matching(collection, query);
  for (const { record } of matches) return [record];
  return [];
}
