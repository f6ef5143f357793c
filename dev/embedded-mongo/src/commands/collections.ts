import { type Document, encode } from '../bson/document.js';
import { CommandError } from '../errors.js';
import type { ReplyBody } from '../wire/reply.js';
import { type Call, type Command, reading, writing } from './command.js';
import { existsAlready, readIndexSpecification } from './index-specification.js';

function create({ engine, database, args }: Call): Document {
  const name = args.text('create');
  if (engine.catalogue.find(database, name))
    throw new CommandError(48, `Collection ${database}.${name} already exists.`);
  engine.catalogue.create(database, name);
  return { ok: 1 };
}

function dropDatabase({ engine, database }: Call): Document {
  for (const collection of engine.catalogue.inDatabase(database)) engine.catalogue.drop(collection);
  return { dropped: database, ok: 1 };
}

function createIndexes({ engine, database, args }: Call): Document {
  const name = args.text('createIndexes');
  const wanted = args.documents('indexes').map(readIndexSpecification);
  if (wanted.length === 0) throw new CommandError(2, 'Must specify at least one index to create');
  const createdCollectionAutomatically = engine.catalogue.find(database, name) === undefined;
  const collection = engine.catalogue.obtain(database, name);
  const numIndexesBefore = collection.specifications.length;
  for (const specification of wanted) {
    if (existsAlready(specification, collection.specifications)) continue;
    collection.addIndex(specification);
    engine.catalogue.saveIndexes(collection);
  }
  const numIndexesAfter = collection.specifications.length;
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ok: 1 };
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

/** Commands about collections and their indexes. */
export const COLLECTION_COMMANDS: [string, Command][] = [
  writing('create', [], create),
  writing('dropDatabase', [], dropDatabase),
  writing('createIndexes', ['indexes'], createIndexes),
  reading('listIndexes', ['cursor'], listIndexes),
];
