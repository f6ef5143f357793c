import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import { type Iterator, Lazy } from 'mingo/lazy';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import * as stages from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import * as windows from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { type Document, isDocument } from '../bson/document.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileMatcher } from '../query/matcher.js';
import { sortDocuments } from '../query/sort.js';
import { mingoOptions, runMingo } from './expression.js';
import { forMingo } from './values.js';

/** The documents of another collection of the same database, for `$lookup` and the like. */
export type CollectionReader = (name: string) => Document[];

const REFUSED_STAGES = new Set([
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$documents',
  '$geoNear',
  '$indexStats',
  '$listSessions',
  '$merge',
  '$out',
  '$planCacheStats',
  '$search',
  '$vectorSearch',
]);

// mingo's own $match and $sort order and compare by JavaScript's rules; these follow BSON's.
const CONTEXT = Context.init({
  accumulator: accumulators,
  expression: expressions,
  projection: projections,
  window: windows,
  pipeline: { ...stages, $match: matchStage, $sort: sortStage },
});

function matchStage(documents: Iterator, filter: unknown, options: Options): Iterator {
  if (!isDocument(filter)) {
    throw new CommandError(15959, 'the match filter must be an expression in an object');
  }
  const matches = compileMatcher(filter, variablesIn(options));
  return documents.filter((document: unknown) => isDocument(document) && matches(document));
}

// What the `let` of the command, or of the $lookup around this stage, has bound. mingo keeps the latter in a
// field that its types do not show.
function variablesIn(options: Options): Document {
  const local: unknown = 'local' in options ? options.local : undefined;
  const bound = isDocument(local) && isDocument(local.variables) ? local.variables : {};
  return { ...options.variables, ...bound };
}

function sortStage(documents: Iterator, specification: unknown, _options: Options): Iterator {
  if (!isDocument(specification)) {
    throw new CommandError(15973, 'the $sort key specification must be an object');
  }
  return documents.transform((all: unknown[]) => Lazy(sortDocuments(all.filter(isDocument), specification)));
}

/** Checks the shape of a pipeline and that each stage is one this server runs. */
export function parsePipeline(pipeline: readonly unknown[]): Document[] {
  return pipeline.map((stage) => {
    if (!isDocument(stage))
      throw new CommandError(14, "Each element of the 'pipeline' array must be an object");
    const [name, ...others] = Object.keys(stage);
    if (name === undefined || others.length > 0) {
      throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    if (REFUSED_STAGES.has(name)) throw notImplemented(`the aggregation stage ${name}`);
    if (!Object.hasOwn(stages, name))
      throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
    refuseNestedStages(stage[name]);
    return stage;
  });
}

// $lookup, $unionWith and $facet carry pipelines of their own.
function refuseNestedStages(operand: unknown): void {
  if (!isDocument(operand)) return;
  for (const value of Object.values(operand)) {
    if (!Array.isArray(value) || value.length === 0) continue;
    const looksLikePipeline = value.every(
      (stage) => isDocument(stage) && Object.keys(stage)[0]?.startsWith('$'),
    );
    if (looksLikePipeline && (value === operand.pipeline || Object.values(operand).every(Array.isArray))) {
      parsePipeline(value);
    }
  }
}

/** Runs a checked pipeline over documents that are mingo's to keep (see `documentForMingo`). */
export function runPipeline(
  documents: Document[],
  pipeline: readonly Document[],
  variables: Document,
  readCollection: CollectionReader,
): Document[] {
  const options = { ...mingoOptions(variables, CONTEXT), collectionResolver: readCollection };
  return runMingo(() => new Aggregator(pipeline.map(prepareStage), options).run(documents));
}

// A filter keeps BSON's own values, since the matcher above reads it; everything else is mingo's.
function prepareStage(stage: Document): Document {
  if ('$match' in stage) return stage;
  const [name] = Object.keys(stage);
  return name === undefined ? {} : { [name]: prepareOperand(stage[name]) };
}

function prepareOperand(operand: unknown): unknown {
  if (Array.isArray(operand)) return operand.map(prepareOperand);
  if (!isDocument(operand)) return forMingo(operand);
  return Object.fromEntries(
    Object.entries(operand).map(([name, value]) => [name, name === '$match' ? value : prepareOperand(value)]),
  );
}
