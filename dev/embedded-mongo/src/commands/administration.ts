import { type Document, encode } from '../bson/document.js';
import type { Collection } from '../collection.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileMatcher } from '../query/matcher.js';
import type { ReplyBody } from '../wire/reply.js';
import { Arguments } from './arguments.js';
import { type Call, type Command, reading, writing } from './command.js';

/** What `create` may ask for that would change how the collection behaves. */
const REFUSED_OPTIONS = [
  'capped',
  'clusteredIndex',
  'expireAfterSeconds',
  'timeseries',
  'validator',
  'viewOn',
  'pipeline',
] as const;
const IGNORED_OPTIONS = [
  'autoIndexId',
  'collation',
  'idIndex',
  'max',
  'size',
  'storageEngine',
  'validationAction',
  'validationLevel',
  'writeConcern',
] as const;

function create({ engine, database, args }: Call): Document {
  const name = args.text('create');
  args.refuseCollation();
  for (const option of REFUSED_OPTIONS) {
    const value = args.value(option);
    if (value !== undefined && value !== false)
      throw notImplemented(`creating a collection with "${option}"`);
  }
  if (engine.catalogue.find(database, name)) {
    throw new CommandError(48, `Collection ${database}.${name} already exists.`);
  }
  engine.catalogue.create(database, name);
  return { ok: 1 };
}

function listCollections({ engine, database, args }: Call): ReplyBody {
  const matches = compileMatcher(args.document('filter'));
  const listed = engine.catalogue.inDatabase(database).map(describe).filter(matches);
  const shown = args.flag('nameOnly') ? listed.map(({ name, type }) => ({ name, type })) : listed;
  return engine.cursors.open(shown.map(encode).values(), {
    namespace: `${database}.$cmd.listCollections`,
    batchSize: new Arguments('listCollections.cursor', args.document('cursor')).count('batchSize'),
    singleBatch: false,
  });
}

function describe(collection: Collection): Document {
  return {
    name: collection.name,
    type: 'collection',
    options: {},
    info: { readOnly: false },
    idIndex: collection.specifications[0],
  };
}

function drop({ engine, database, args }: Call): Document {
  const name = args.text('drop');
  const collection = engine.catalogue.find(database, name);
  // Since MongoDB 7.0 dropping what is not there succeeds.
  if (!collection) return { ok: 1 };
  const nIndexesWas = collection.specifications.length;
  engine.catalogue.drop(collection);
  return { nIndexesWas, ns: collection.namespace, ok: 1 };
}

function dropDatabase({ engine, database }: Call): Document {
  for (const collection of engine.catalogue.inDatabase(database)) engine.catalogue.drop(collection);
  return { dropped: database, ok: 1 };
}

function listDatabases({ engine, args }: Call): Document {
  const matches = compileMatcher(args.document('filter'));
  const names = [...new Set([...engine.catalogue.collections].map(({ database }) => database))].sort();
  const all = names.map((name) => {
    const sizeOnDisk = engine.catalogue
      .inDatabase(name)
      .reduce((sum, collection) => sum + dataBytes(collection), 0);
    return { name, sizeOnDisk, empty: false };
  });
  const databases = all.filter(matches);
  if (args.flag('nameOnly')) return { databases: databases.map(({ name }) => ({ name })), ok: 1 };
  return { databases, totalSize: databases.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk, 0), ok: 1 };
}

function collStats({ engine, database, args }: Call): Document {
  const name = args.text('collStats');
  const collection = engine.catalogue.find(database, name);
  const size = collection ? dataBytes(collection) : 0;
  const count = collection?.size ?? 0;
  return {
    ns: `${database}.${name}`,
    count,
    size,
    avgObjSize: count > 0 ? Math.round(size / count) : 0,
    storageSize: size,
    nindexes: collection?.specifications.length ?? 0,
    totalIndexSize: 0,
    ok: 1,
  };
}

function dataBytes(collection: Collection): number {
  let bytes = 0;
  for (const record of collection.records()) bytes += collection.read(record)?.bytes.length ?? 0;
  return bytes;
}

/** Commands about collections and databases. */
export const ADMINISTRATION_COMMANDS: [string, Command][] = [
  writing('create', [...REFUSED_OPTIONS, ...IGNORED_OPTIONS], create),
  reading('listCollections', ['authorizedCollections', 'cursor', 'filter', 'nameOnly'], listCollections),
  writing('drop', [], drop),
  writing('dropDatabase', [], dropDatabase),
  reading('listDatabases', ['authorizedDatabases', 'filter', 'nameOnly'], listDatabases),
  reading('collStats', ['scale'], collStats),
];
