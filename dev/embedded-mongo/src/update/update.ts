import { runUpdatePipeline } from '../aggregation/update-pipeline.js';
import { cloneDocument, cloneValue, type Document, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { CommandError } from '../errors.js';
import { OPERATORS, renameTarget } from './operators.js';
import { compileArrayFilters, expandPath, parseUpdatePath, refuseConflicts } from './paths.js';

/** A compiled update. Each method returns a new document and leaves its argument as it was. */
export interface Update {
  readonly kind: 'operators' | 'replacement' | 'pipeline';
  /** The document as the update leaves it. `filter` is what found it; the positional `$` refers to it. */
  apply(document: Document, filter: Document): Document;
  /** The document an upsert inserts, from the fields its filter gave. */
  applyToNew(seed: Document, filter: Document): Document;
}

/**
 * Compiles `u` of an update statement, or `update` of findAndModify. Refused: unknown operators (9),
 * paths in each other's way (40), invalid paths (52, 56), unused array filters (9).
 */
export function compileUpdate(
  update: unknown,
  arrayFilters: readonly unknown[],
  variables: Document,
): Update {
  if (Array.isArray(update)) return pipelineUpdate(update, arrayFilters, variables);
  if (!isDocument(update)) throw new CommandError(9, 'Update argument must be either an object or an array');
  const first = Object.keys(update)[0];
  return first?.startsWith('$') ? operatorUpdate(update, arrayFilters) : replacement(update, arrayFilters);
}

interface Operation {
  operator: string;
  path: string;
  parts: string[];
  operand: unknown;
}

function operatorUpdate(update: Document, rawFilters: readonly unknown[]): Update {
  const operations = Object.entries(update).flatMap(([operator, fields]) => readOperator(operator, fields));
  const targets = operations.filter(({ operator }) => operator === '$rename');
  const paths = operations.map(({ path }) => path);
  refuseConflicts([...paths, ...targets.map(({ path, operand }) => renameTarget(path, operand))]);
  const arrayFilters = compileArrayFilters(rawFilters, paths);
  // MongoDB (5.0 and later) works through the fields by name, whatever operator they stand under.
  operations.sort((a, b) => comparePaths(a.parts, b.parts));
  const existing = operations.filter(({ operator }) => operator !== '$setOnInsert');
  return {
    kind: 'operators',
    apply: (document, filter) => perform(existing, document, filter),
    applyToNew: (seed, filter) => perform(operations, seed, filter),
  };

  function perform(chosen: Operation[], document: Document, filter: Document): Document {
    const changed = cloneDocument(document);
    for (const { operator, parts, operand } of chosen) {
      for (const plain of expandPath(parts, document, filter, arrayFilters)) {
        OPERATORS.get(operator)?.(changed, plain, operand);
      }
    }
    refuseChangedId(document, changed);
    return changed;
  }
}

function readOperator(operator: string, fields: unknown): Operation[] {
  if (!OPERATORS.has(operator)) {
    throw new CommandError(
      9,
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDocument(fields)) {
    throw new CommandError(
      9,
      `Modifiers operate on fields but we found another type instead. For example: {$mod: {<field>: ...}} not {${operator}: ${JSON.stringify(fields)}}`,
    );
  }
  return Object.entries(fields).map(([path, operand]) => ({
    operator,
    path,
    parts: parseUpdatePath(path),
    operand,
  }));
}

function comparePaths(a: string[], b: string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    const byNumber = Number(part) - Number(other);
    return Number.isNaN(byNumber) ? (part < other ? -1 : 1) : byNumber;
  }
  return a.length - b.length;
}

function replacement(update: Document, arrayFilters: readonly unknown[]): Update {
  if (arrayFilters.length > 0)
    throw new CommandError(9, 'arrayFilters may not be specified for replacement-style updates');
  const dollar = Object.keys(update).find((name) => name.startsWith('$'));
  if (dollar) {
    throw new CommandError(
      52,
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  return { kind: 'replacement', apply: replace, applyToNew: replace };

  function replace(document: Document): Document {
    const fields = cloneDocument(update);
    const id = document._id === undefined ? fields._id : document._id;
    const changed = id === undefined ? fields : { _id: cloneValue(id), ...fields };
    refuseChangedId(document, changed);
    return changed;
  }
}

function pipelineUpdate(stages: unknown[], arrayFilters: readonly unknown[], variables: Document): Update {
  if (arrayFilters.length > 0)
    throw new CommandError(9, 'arrayFilters may not be specified for pipeline-style updates');
  return { kind: 'pipeline', apply: run, applyToNew: run };

  function run(document: Document): Document {
    const changed = runUpdatePipeline(document, stages, variables);
    const kept = '_id' in changed || document._id === undefined ? changed : { _id: document._id, ...changed };
    refuseChangedId(document, kept);
    return kept;
  }
}

function refuseChangedId(before: Document, after: Document): void {
  if (before._id === undefined || equalityKey(before._id) === equalityKey(after._id)) return;
  throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
}
