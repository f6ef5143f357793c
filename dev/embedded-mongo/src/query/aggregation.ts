import { Decimal128 } from 'bson';
import { Context } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import { $sum } from 'mingo/operators/accumulator';
import { $group } from 'mingo/operators/pipeline';
import { type Document, fieldOf, isDocument } from '../bson/document.js';
import { isNumeric, typeName, wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileFilter } from './filter.js';
import { compileSort } from './sort.js';

type Stage = (documents: Document[], operand: unknown) => Document[];

const STAGES: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['$match', match],
  ['$sort', sort],
  ['$skip', (documents, operand) => documents.slice(wholeNumberOf('$skip', operand))],
  ['$limit', (documents, operand) => documents.slice(0, wholeNumberOf('$limit', operand))],
  ['$group', group],
]);

/** What MongoDB knows and nothing sends. */
const NOT_IMPLEMENTED = new Set(
  (
    '$addFields $bucket $bucketAuto $changeStream $collStats $count $currentOp $densify $documents $facet $fill ' +
    '$geoNear $graphLookup $indexStats $listSessions $lookup $merge $out $planCacheStats $project $redact ' +
    '$replaceRoot $replaceWith $sample $search $set $setWindowFields $sortByCount $unionWith $unset $unwind ' +
    '$vectorSearch'
  ).split(' '),
);

/** Runs a pipeline. Refuses unknown stages (40324) and those that are not implemented (238). */
export function runPipeline(documents: Document[], pipeline: readonly unknown[]): Document[] {
  const stages = pipeline.map(readStage);
  return stages.reduce((current, { run, operand }) => run(current, operand), documents);
}

function readStage(stage: unknown): { run: Stage; operand: unknown } {
  if (!isDocument(stage))
    throw new CommandError(14, "Each element of the 'pipeline' array must be an object");
  const [name = '', ...others] = Object.keys(stage);
  if (others.length > 0 || name === '')
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  const run = STAGES.get(name);
  if (run) return { run, operand: stage[name] };
  if (NOT_IMPLEMENTED.has(name)) throw notImplemented(`the aggregation stage ${name}`);
  throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
}

function match(documents: Document[], operand: unknown): Document[] {
  if (isDocument(operand)) return documents.filter(compileFilter(operand));
  throw new CommandError(15959, 'the match filter must be an expression in an object');
}

function sort(documents: Document[], operand: unknown): Document[] {
  const order = isDocument(operand) ? compileSort(operand) : undefined;
  if (order) return documents.toSorted(order);
  throw new CommandError(15973, 'the $sort key specification must be an object with at least one field');
}

function wholeNumberOf(stage: string, operand: unknown): number {
  const value = wholeNumber(operand);
  if (value !== undefined && value >= (stage === '$limit' ? 1 : 0)) return value;
  throw new CommandError(stage === '$limit' ? 15958 : 5107200, `invalid argument to ${stage} stage`);
}

const OPTIONS = {
  idKey: '_id',
  processingMode: 0,
  useStrictMode: true,
  scriptEnabled: false,
  failOnError: true,
  context: Context.init({ accumulator: { $sum } }),
};

/** `$group` by a field, or of all documents, with `$sum`: computed by mingo. */
function group(documents: Document[], operand: unknown): Document[] {
  if (!isDocument(operand)) throw new CommandError(15947, "a group's fields must be specified in an object");
  if (!('_id' in operand)) throw new CommandError(15955, 'a group specification must include an _id');
  const { _id, ...accumulators } = operand;
  const expressions = [_id, ...Object.entries(accumulators).map(readSum)];
  const fields = expressions.flatMap(fieldOfExpression);
  const input = documents.map((document) =>
    Object.fromEntries(fields.map((field) => [field, forMingo(fieldOf(document, field))])),
  );
  const groups = $group(Lazy(input), { _id, ...accumulators }, OPTIONS).collect();
  return groups.filter(isDocument).map(exactSums);
}

function readSum([field, accumulator]: [string, unknown]): unknown {
  const [operator = '', ...others] = isDocument(accumulator) ? Object.keys(accumulator) : [];
  if (isDocument(accumulator) && operator === '$sum' && others.length === 0) return accumulator.$sum;
  throw notImplemented(`the accumulator '${operator}' of '${field}' in $group`);
}

/** The field an expression names; none for a constant. Refuses (238) every other expression. */
function fieldOfExpression(expression: unknown): string[] {
  if (expression === null || isNumeric(expression)) return [];
  if (typeof expression === 'string' && /^\$[^$.]+$/.test(expression)) return [expression.slice(1)];
  throw notImplemented('an expression in $group other than a field or a number');
}

// mingo adds JavaScript's numbers: what they can't hold is refused.
function forMingo(value: unknown): unknown {
  if (value instanceof Decimal128) throw notImplemented('Decimal128 in an aggregation');
  if (typeof value !== 'number' && isNumeric(value)) return wholeNumber(value) ?? refuseLarge();
  if (typeof value === 'object' && typeName(value) === 'object')
    throw notImplemented('grouping by documents');
  return value;
}

function exactSums(result: Document): Document {
  const isExact = Object.values(result).every(
    (value) => !Number.isInteger(value) || Number.isSafeInteger(value),
  );
  return isExact ? result : refuseLarge();
}

function refuseLarge(): never {
  throw notImplemented('a number beyond 2^53 in an aggregation');
}
