import { Long } from 'bson';
import { type Document, encode, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { valuesAt } from '../bson/path.js';
import type { Collection } from '../collection.js';
import { notImplemented } from '../errors.js';
import { matching, planQuery, selectMatches } from '../query/plan.js';
import { compileProjection, type Projection } from '../query/projection.js';
import { compileQuery, type Query } from '../query/query.js';
import type { ReplyBody } from '../wire/reply.js';
import { Arguments } from './arguments.js';
import { type Call, type Command, reading } from './command.js';

const FIND_ARGUMENTS = ['batchSize', 'filter', 'limit', 'projection', 'singleBatch', 'skip', 'sort'];

/** `find`: the documents go out as they are stored, unless a projection asks for less. */
function find({ engine, database, args }: Call): ReplyBody {
  const name = args.text('find');
  const query = compileQuery(args.document('filter'));
  const projection = compileProjection(args.document('projection'));
  const collection = engine.catalogue.find(database, name);
  const documents = collection ? results(collection, query, args, projection) : [].values();
  return engine.cursors.open(documents, {
    namespace: `${database}.${name}`,
    batchSize: args.count('batchSize'),
    singleBatch: args.flag('singleBatch'),
  });
}

function* results(
  collection: Collection,
  query: Query,
  args: Arguments,
  projection: Projection | undefined,
): Generator<Uint8Array> {
  const sort = args.document('sort');
  const skip = args.count('skip') ?? 0;
  const end = skip + (args.count('limit') || Number.POSITIVE_INFINITY);
  const isSorted = Object.keys(sort).length > 0;
  const matches = isSorted ? selectMatches(collection, query, sort, end) : matching(collection, query);
  let position = 0;
  for (const { stored } of matches) {
    position += 1;
    if (position > skip) yield projection ? encode(projection(stored.document)) : stored.bytes;
    if (position >= end) return;
  }
}

function getMore({ engine, database, args }: Call): ReplyBody {
  const [id = 0n] = args.ids('getMore');
  return engine.cursors.more(id, `${database}.${args.text('collection')}`, args.count('batchSize'));
}

function killCursors({ engine, args }: Call): Document {
  const ids = args.ids('cursors');
  const killed = ids.filter((id) => engine.cursors.kill(id));
  const unknown = ids.filter((id) => !killed.includes(id));
  return {
    cursorsKilled: killed.map((id) => Long.fromBigInt(id)),
    cursorsNotFound: unknown.map((id) => Long.fromBigInt(id)),
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  };
}

function count({ engine, database, args }: Call): Document {
  const query = compileQuery(args.document('query'));
  const collection = engine.catalogue.find(database, args.text('count'));
  const isWhole = Object.keys(query.filter).length === 0;
  const n = collection && (isWhole ? collection.size : [...matching(collection, query)].length);
  return { n: n ?? 0, ok: 1 };
}

function distinct({ engine, database, args }: Call): Document {
  const parts = args.text('key').split('.');
  const query = compileQuery(args.document('query'));
  const collection = engine.catalogue.find(database, args.text('distinct'));
  const found = new Map<string, unknown>();
  for (const { stored } of collection ? matching(collection, query) : []) {
    for (const value of valuesAt(stored.document, parts)) {
      if (value !== undefined) found.set(equalityKey(value), value);
    }
  }
  return { values: [...found.values()], ok: 1 };
}

/**
 * `explain` of a `find`: a small part of what MongoDB answers, under its names: the stage (`IDHACK`, `IXSCAN`,
 * `COLLSCAN`), the index, and how many documents were examined to find how many.
 */
function explain({ engine, database, args }: Call): Document {
  const explained = args.document('explain');
  if (!('find' in explained)) throw notImplemented('explaining anything but find');
  const command = new Arguments('find', explained);
  const query = compileQuery(command.document('filter'));
  const collection = engine.catalogue.find(database, command.text('find'));
  const { records, index } = collection ? planQuery(collection, query) : { records: [], index: undefined };
  const documents = [...records].map((record) => collection?.read(record)?.document).filter(isDocument);
  const byIndex = { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: index } };
  const scan = index === undefined ? { stage: 'COLLSCAN' } : byIndex;
  return {
    explainVersion: '1',
    queryPlanner: {
      winningPlan: query.exactId === undefined ? scan : { stage: 'IDHACK' },
      rejectedPlans: [],
    },
    executionStats: {
      executionSuccess: true,
      nReturned: documents.filter(query.matches).length,
      totalDocsExamined: documents.length,
    },
    ok: 1,
  };
}

/** Commands that read documents. */
export const READ_COMMANDS: [string, Command][] = [
  reading('find', FIND_ARGUMENTS, find),
  reading('getMore', ['batchSize', 'collection'], getMore),
  reading('killCursors', ['cursors'], killCursors),
  reading('count', ['query'], count),
  reading('distinct', ['key', 'query'], distinct),
  reading('explain', ['verbosity'], explain),
];
