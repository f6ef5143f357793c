import { cloneDocument, cloneValue, type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { compareStrings } from '../bson/order.js';
import { CommandError, notImplemented } from '../errors.js';
import { OPERATORS, type Operator, UNSENT_OPERATORS } from './operators.js';
import { compileArrayFilters, expandPath, parseUpdatePath, refuseConflicts } from './paths.js';

/** A compiled update. Each method returns a new document and leaves its argument as it was. */
export interface Update {
  readonly isReplacement: boolean;
  /** The document as the update leaves it. `filter` is what found it; the positional `$` refers to it. */
  apply(document: Document, filter: Document): Document;
  /** The document an upsert inserts, from the fields its filter gave. */
  applyToNew(seed: Document, filter: Document): Document;
}

/**
 * Compiles `u` of an update statement, or `update` of findAndModify. Refused: unknown operators (9),
 * paths in each other's way (40), invalid paths (52, 56), unused array filters (9), pipelines (238).
 */
export function compileUpdate(update: unknown, arrayFilters: readonly unknown[]): Update {
  if (Array.isArray(update)) throw notImplemented('an update by an aggregation pipeline');
  if (!isDocument(update)) throw new CommandError(9, 'Update argument must be either an object or an array');
  if (Object.keys(update)[0]?.startsWith('$')) return operatorUpdate(update, arrayFilters);
  if (arrayFilters.length === 0) return replacement(update);
  throw new CommandError(9, 'arrayFilters may not be specified for replacement-style updates');
}

interface Operation {
  readonly name: string;
  readonly operator: Operator;
  readonly path: string;
  readonly parts: readonly string[];
  readonly operand: unknown;
}

function operatorUpdate(update: Document, rawFilters: readonly unknown[]): Update {
  const operations = Object.entries(update).flatMap(([name, fields]) => readOperator(name, fields));
  const paths = operations.map(({ path }) => path);
  refuseConflicts(paths);
  const arrayFilters = compileArrayFilters(rawFilters, paths);
  // MongoDB works through the fields by name, whatever operator they stand under.
  operations.sort((a, b) => compareStrings(a.path, b.path));
  const existing = operations.filter(({ name }) => name !== '$setOnInsert');
  return {
    isReplacement: false,
    apply: (document, filter) => perform(existing, document, filter),
    applyToNew: (seed, filter) => perform(operations, seed, filter),
  };

  function perform(chosen: readonly Operation[], document: Document, filter: Document): Document {
    const changed = cloneDocument(document);
    for (const { operator, parts, operand } of chosen) {
      for (const plain of expandPath(parts, document, filter, arrayFilters))
        operator(changed, plain, operand);
    }
    refuseChangedId(document, changed);
    return changed;
  }
}

function readOperator(name: string, fields: unknown): Operation[] {
  const operator = OPERATORS.get(name);
  if (!operator) {
    if (UNSENT_OPERATORS.has(name)) throw notImplemented(name);
    throw new CommandError(9, `Unknown modifier: ${name}. Expected a valid update modifier`);
  }
  if (!isDocument(fields)) {
    throw new CommandError(9, `Modifiers operate on fields but ${name} has another type`);
  }
  return Object.entries(fields).map(([path, operand]) => ({
    name,
    operator,
    path,
    parts: parseUpdatePath(path),
    operand,
  }));
}

function replacement(update: Document): Update {
  const dollar = Object.keys(update).find((name) => name.startsWith('$'));
  if (dollar) {
    throw new CommandError(52, `The dollar ($) prefixed field '${dollar}' is not allowed in a replacement`);
  }
  return { isReplacement: true, apply: replace, applyToNew: replace };

  function replace(document: Document): Document {
    const fields = cloneDocument(update);
    const id = document._id === undefined ? fields._id : document._id;
    const changed = id === undefined ? fields : { _id: cloneValue(id), ...fields };
    refuseChangedId(document, changed);
    return changed;
  }
}

function refuseChangedId(before: Document, after: Document): void {
  if (before._id === undefined || equalityKey(before._id) === equalityKey(after._id)) return;
  throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
}
