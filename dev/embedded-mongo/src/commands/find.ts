import { type Document, encode } from '../bson/document.js';
import type { Collection, Match } from '../collection.js';
import { CommandError, notImplemented } from '../errors.js';
import { matching, planQuery } from '../query/plan.js';
import { compileProjection, type Projection } from '../query/projection.js';
import { compileQuery, type Query } from '../query/query.js';
import { compileSort } from '../query/sort.js';
import type { ReplyBody } from '../wire/reply.js';
import type { Arguments } from './arguments.js';
import type { Call } from './command.js';

export const FIND_ARGUMENTS = [
  'allowDiskUse',
  'allowPartialResults',
  'awaitData',
  'batchSize',
  'collation',
  'filter',
  'hint',
  'let',
  'limit',
  'max',
  'min',
  'noCursorTimeout',
  'oplogReplay',
  'projection',
  'returnKey',
  'showRecordId',
  'singleBatch',
  'skip',
  'sort',
  'tailable',
] as const;

/** `find`: the documents go out as they are stored, unless a projection asks for less. */
export function find({ engine, database, args }: Call): ReplyBody {
  const name = args.text('find');
  refuseUnsupported(args);
  const query = compileQuery(args.document('filter'), args.document('let'));
  const projection = compileProjection(args.document('projection'), query.filter);
  const collection = engine.catalogue.find(database, name);
  if (collection) checkHint(collection, args);
  const documents = collection ? results(collection, query, args, projection) : [].values();
  return engine.cursors.open(documents, {
    namespace: `${database}.${name}`,
    batchSize: args.count('batchSize'),
    singleBatch: args.flag('singleBatch'),
  });
}

function refuseUnsupported(args: Arguments): void {
  args.refuseCollation();
  if (args.flag('tailable')) {
    throw new CommandError(2, 'error processing query: tailable cursor requested on non capped collection');
  }
  for (const option of ['returnKey', 'showRecordId', 'oplogReplay']) {
    if (args.flag(option)) throw notImplemented(`the find option ${option}`);
  }
  for (const option of ['min', 'max']) {
    if (Object.keys(args.document(option)).length > 0) throw notImplemented(`the find option ${option}`);
  }
}

/** A hint must name an index that is there; which index is used is decided here all the same. */
export function checkHint(collection: Collection, args: Arguments): void {
  const hint = args.value('hint');
  if (hint === undefined) return;
  const wanted = JSON.stringify(hint);
  const natural = JSON.stringify({ $natural: 1 });
  const known = collection.specifications.some(
    ({ name, key }) => hint === name || JSON.stringify(key) === wanted,
  );
  if (!known && wanted !== natural) {
    throw new CommandError(
      2,
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
}

function* results(
  collection: Collection,
  query: Query,
  args: Arguments,
  projection: Projection | undefined,
): Generator<Uint8Array> {
  const skip = args.count('skip') ?? 0;
  const end = skip + (args.count('limit') || Number.POSITIVE_INFINITY);
  let position = 0;
  for (const record of selectRecords(collection, query, args.document('sort'))) {
    const stored = collection.read(record);
    if (!stored) continue;
    position += 1;
    if (position <= skip) continue;
    yield projection ? encode(projection(stored.document)) : stored.bytes;
    if (position >= end) return;
  }
}

/** The records a query matches, in the order asked for. */
export function* selectRecords(collection: Collection, query: Query, sort: Document): Generator<number> {
  const order = compileSort(sort);
  if (query.exactId !== undefined) {
    yield* planQuery(collection, query).records;
    return;
  }
  const matches = matching(collection, query);
  const ordered: Iterable<Match> = order
    ? [...matches].sort((a, b) => order(a.document, b.document))
    : matches;
  for (const { record } of ordered) yield record;
}
