import { parsePipeline, runPipeline } from '../aggregation/pipeline.js';
import { documentForMingo } from '../aggregation/values.js';
import { type Document, encode, isDocument } from '../bson/document.js';
import { CommandError, notImplemented } from '../errors.js';
import { matching } from '../query/plan.js';
import { compileQuery } from '../query/query.js';
import type { ReplyBody } from '../wire/reply.js';
import { Arguments } from './arguments.js';
import { type Call, type Command, reading } from './command.js';
import { checkHint } from './find.js';

const KNOWN = [
  'allowDiskUse',
  'bypassDocumentValidation',
  'collation',
  'cursor',
  'explain',
  'hint',
  'let',
  'pipeline',
] as const;

/** `aggregate`: a first `$match` uses the indexes; the rest of the pipeline runs in memory, by mingo. */
function aggregate({ engine, database, args }: Call): ReplyBody {
  args.refuseCollation();
  if (args.flag('explain')) throw notImplemented('explaining an aggregation');
  if (typeof args.value('aggregate') !== 'string')
    throw notImplemented('an aggregation without a collection');
  if (args.value('cursor') === undefined)
    throw new CommandError(
      9,
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  const name = args.text('aggregate');
  const variables = args.document('let');
  const pipeline = parsePipeline(args.list('pipeline'));
  const collection = engine.catalogue.find(database, name);
  if (collection) checkHint(collection, args);
  const { filter, rest } = splitFirstMatch(pipeline);
  const query = compileQuery(filter, variables);
  const input: Document[] = [];
  for (const { document } of collection ? matching(collection, query) : [])
    input.push(documentForMingo(document));
  const results = runPipeline(input, rest, variables, (other) =>
    documentsOf(engine.catalogue.find(database, other)),
  );
  return engine.cursors.open(encodeEach(results), {
    namespace: `${database}.${name}`,
    batchSize: new Arguments('aggregate.cursor', args.document('cursor')).count('batchSize'),
    singleBatch: false,
  });

  function documentsOf(other: ReturnType<typeof engine.catalogue.find>): Document[] {
    return other
      ? [...matching(other, compileQuery({}))].map(({ document }) => documentForMingo(document))
      : [];
  }
}

function splitFirstMatch(pipeline: Document[]): { filter: Document; rest: Document[] } {
  const [first, ...rest] = pipeline;
  const filter = first?.$match;
  return isDocument(filter) ? { filter, rest } : { filter: {}, rest: pipeline };
}

function* encodeEach(documents: Document[]): Generator<Uint8Array> {
  for (const document of documents) yield encode(document);
}

export const AGGREGATE_COMMANDS: [string, Command][] = [reading('aggregate', KNOWN, aggregate)];
