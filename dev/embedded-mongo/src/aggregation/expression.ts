import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as accumulators from 'mingo/operators/accumulator';
import * as expressions from 'mingo/operators/expression';
import { $project } from 'mingo/operators/pipeline';
import * as projections from 'mingo/operators/projection';
import type { Options } from 'mingo/types';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { isTruthy } from '../query/predicates.js';
import { documentForMingo, forMingo } from './values.js';

/** The operators of mingo that expressions may use; scripts ($function, $where) are off. */
const CONTEXT = Context.init({
  accumulator: accumulators,
  expression: expressions,
  projection: projections,
});

/** Options for evaluating expressions with mingo, under the names a command's `let` binds. */
export function mingoOptions(variables: Document, context: Context = CONTEXT): Options {
  return {
    idKey: '_id',
    processingMode: ProcessingMode.CLONE_OFF,
    useStrictMode: true,
    scriptEnabled: false,
    failOnError: true,
    variables: documentForMingo(variables),
    context,
  };
}

/** `$expr`: whether an aggregation expression is true of a document. */
export function evaluatesTrue(expression: unknown, variables: Document): (document: Document) => boolean {
  const options = mingoOptions(variables);
  const prepared = forMingo(expression);
  return (document) => runMingo(() => isTruthy(evalExpr(documentForMingo(document), prepared, options)));
}

/** A projection with computed fields, as `find` takes it since MongoDB 4.4. */
export function projectWithExpressions(document: Document, specification: Document): Document {
  return runMingo(() => {
    const [projected] = $project(
      Lazy([documentForMingo(document)]),
      documentForMingo(specification),
      mingoOptions({}),
    ).collect();
    return isPlainResult(projected) ? projected : {};
  });
}

function isPlainResult(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}

/** Runs mingo and answers its complaints as MongoDB would name them. */
export function runMingo<Result>(compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    const unknownOperator = /^accumulator '(\$\w+)' is not registered/.exec(error.message)?.[1];
    if (unknownOperator) throw new CommandError(168, `Unrecognized expression '${unknownOperator}'`);
    throw new CommandError(2, error.message);
  }
}
