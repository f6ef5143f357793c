import { Long } from 'bson';
import type { Document } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { valuesAt } from '../bson/path.js';
import { matching } from '../query/plan.js';
import { compileQuery } from '../query/query.js';
import type { ReplyBody } from '../wire/reply.js';
import { type Call, type Command, reading } from './command.js';
import { checkHint, FIND_ARGUMENTS, find } from './find.js';

function getMore({ engine, database, args }: Call): ReplyBody {
  return engine.cursors.more(
    args.long('getMore'),
    `${database}.${args.text('collection')}`,
    args.count('batchSize'),
  );
}

function killCursors({ engine, args }: Call): Document {
  const ids = args.longs('cursors');
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
  args.refuseCollation();
  const filter = args.document('query');
  const query = compileQuery(filter);
  const collection = engine.catalogue.find(database, args.text('count'));
  if (!collection) return { n: 0, ok: 1 };
  checkHint(collection, args);
  const all = Object.keys(filter).length === 0 ? collection.size : countMatches(matching(collection, query));
  const rest = Math.max(0, all - (args.count('skip') ?? 0));
  return { n: Math.min(rest, args.count('limit') || rest), ok: 1 };
}

function countMatches(matches: Iterable<unknown>): number {
  let n = 0;
  for (const _match of matches) n += 1;
  return n;
}

function distinct({ engine, database, args }: Call): Document {
  args.refuseCollation();
  const parts = args.text('key').split('.');
  const query = compileQuery(args.document('query'));
  const collection = engine.catalogue.find(database, args.text('distinct'));
  const found = new Map<string, unknown>();
  for (const { document } of collection ? matching(collection, query) : []) {
    for (const value of valuesAt(document, parts)) {
      if (value !== undefined) found.set(equalityKey(value), value);
    }
  }
  return { values: [...found.values()], ok: 1 };
}

/** Commands that read documents. */
export const READ_COMMANDS: [string, Command][] = [
  reading('find', FIND_ARGUMENTS, find),
  reading('getMore', ['batchSize', 'collection'], getMore),
  reading('killCursors', ['cursors'], killCursors),
  reading('count', ['collation', 'fields', 'hint', 'limit', 'query', 'skip'], count),
  reading('distinct', ['collation', 'hint', 'key', 'query'], distinct),
];
