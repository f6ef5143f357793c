import { encode, isDocument } from '../bson/document.js';
import { wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { runPipeline } from '../query/aggregation.js';
import { selectMatches } from '../query/plan.js';
import { compileQuery } from '../query/query.js';
import type { ReplyBody } from '../wire/reply.js';
import { type Call, type Command, reading } from './command.js';

/** `aggregate`: a first `$match` uses the indexes; the rest of the pipeline runs in memory. */
function aggregate({ engine, database, args }: Call): ReplyBody {
  if (typeof args.value('aggregate') !== 'string')
    throw notImplemented('an aggregation without a collection');
  if (args.value('cursor') === undefined) throw new CommandError(9, "The 'cursor' option is required");
  const name = args.text('aggregate');
  const [first, ...rest] = args.list('pipeline');
  const filter = isDocument(first) && isDocument(first.$match) ? first.$match : undefined;
  const query = compileQuery(filter ?? {});
  const collection = engine.catalogue.find(database, name);
  const matches = collection ? selectMatches(collection, query, {}) : [];
  const documents = matches.map(({ stored }) => stored.document);
  const results = runPipeline(documents, filter ? rest : args.list('pipeline'));
  return engine.cursors.open(results.map(encode).values(), {
    namespace: `${database}.${name}`,
    batchSize: wholeNumber(args.document('cursor').batchSize),
    singleBatch: false,
  });
}

/** The command `aggregate`. */
export const AGGREGATE_COMMANDS: [string, Command][] = [
  reading('aggregate', ['cursor', 'pipeline'], aggregate),
];
