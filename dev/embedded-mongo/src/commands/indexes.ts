import { type Document, encode, isDocument } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import type { Collection } from '../collection.js';
import { CommandError } from '../errors.js';
import type { ReplyBody } from '../wire/reply.js';
import { type Call, type Command, reading, writing } from './command.js';
import { existsAlready, readIndexSpecification } from './index-specification.js';

function createIndexes({ engine, database, args }: Call): Document {
  const name = args.text('createIndexes');
  const wanted = args.list('indexes').map((raw) => readIndexSpecification(isDocument(raw) ? raw : {}));
  if (wanted.length === 0) throw new CommandError(2, 'Must specify at least one index to create');
  const createdCollectionAutomatically = engine.catalogue.find(database, name) === undefined;
  const collection = engine.catalogue.obtain(database, name);
  const numIndexesBefore = collection.specifications.length;
  for (const specification of wanted) {
    const isIdIndex = equalityKey(specification.key) === equalityKey({ _id: 1 });
    if (isIdIndex || existsAlready(specification, collection.specifications)) continue;
    collection.addIndex(specification);
    engine.catalogue.saveIndexes(collection);
  }
  const numIndexesAfter = collection.specifications.length;
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note, ok: 1 };
}

function listIndexes({ engine, database, args }: Call): ReplyBody {
  const name = args.text('listIndexes');
  const collection = engine.catalogue.find(database, name);
  if (!collection) throw new CommandError(26, `ns does not exist: ${database}.${name}`);
  return engine.cursors.open(collection.specifications.map(encode).values(), {
    namespace: collection.namespace,
    batchSize: undefined,
    singleBatch: false,
  });
}

function dropIndexes({ engine, database, args }: Call): Document {
  const name = args.text(args.names[0] ?? 'dropIndexes');
  const collection = engine.catalogue.find(database, name);
  if (!collection) throw new CommandError(26, `ns not found ${database}.${name}`);
  const nIndexesWas = collection.specifications.length;
  const asked = args.value('index');
  if (asked === '*') for (const index of [...collection.indexes]) collection.dropIndex(index);
  else for (const one of Array.isArray(asked) ? asked : [asked]) dropOne(collection, one);
  engine.catalogue.saveIndexes(collection);
  return { nIndexesWas, ok: 1 };
}

function dropOne(collection: Collection, asked: unknown): void {
  if (asked === '_id_' || equalityKey(asked) === equalityKey({ _id: 1 })) {
    throw new CommandError(72, 'cannot drop _id index');
  }
  const index = collection.indexes.find(
    ({ specification }) =>
      specification.name === asked || equalityKey(specification.key) === equalityKey(asked),
  );
  if (!index) {
    const shown = typeof asked === 'string' ? `with name [${asked}]` : `with key ${JSON.stringify(asked)}`;
    throw new CommandError(27, `index not found ${shown}`);
  }
  collection.dropIndex(index);
}

/** Commands about indexes. */
export const INDEX_COMMANDS: [string, Command][] = [
  writing('createIndexes', ['commitQuorum', 'indexes'], createIndexes),
  reading('listIndexes', ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'], listIndexes),
  writing('dropIndexes', ['index'], dropIndexes),
  writing('deleteIndexes', ['index'], dropIndexes),
];
