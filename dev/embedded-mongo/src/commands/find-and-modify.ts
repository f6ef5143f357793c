import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { compileProjection, type Projection } from '../query/projection.js';
import { compileQuery, type Query } from '../query/query.js';
import { updateDocuments } from '../update/statement.js';
import { compileUpdate } from '../update/update.js';
import { type Call, type Command, writing } from './command.js';
import { checkHint, selectRecords } from './find.js';

const KNOWN = [
  'arrayFilters',
  'bypassDocumentValidation',
  'collation',
  'fields',
  'hint',
  'let',
  'new',
  'query',
  'remove',
  'sort',
  'update',
  'upsert',
] as const;

/** `findAndModify`: changes or removes one document and answers it as it was, or as it became. */
function findAndModify(call: Call): Document {
  const { args, engine, database } = call;
  args.refuseCollation();
  const name = args.text(args.names[0] ?? 'findAndModify');
  const query = compileQuery(args.document('query'), args.document('let'));
  const projection = compileProjection(args.document('fields'), query.filter);
  const collection = engine.catalogue.find(database, name);
  if (collection) checkHint(collection, args);
  if (args.flag('remove')) return removeOne(call, name, query, projection);
  if (args.value('update') === undefined) {
    throw new CommandError(9, 'Either an update or remove=true must be specified');
  }
  const { matched, before, after, inserted } = updateDocuments({
    collection,
    createCollection: () => engine.catalogue.obtain(database, name),
    query,
    update: compileUpdate(args.value('update'), args.list('arrayFilters'), args.document('let')),
    multi: false,
    upsert: args.flag('upsert'),
    sort: args.document('sort'),
  });
  const lastErrorObject: Document = { n: inserted ? 1 : matched, updatedExisting: matched > 0 };
  if (inserted) lastErrorObject.upserted = inserted._id;
  return { lastErrorObject, value: show(args.flag('new') ? after : before, projection), ok: 1 };
}

function removeOne(
  { args, engine, database }: Call,
  name: string,
  query: Query,
  projection: Projection | undefined,
): Document {
  for (const argument of ['update', 'new', 'upsert']) {
    if (args.value(argument) === undefined || args.value(argument) === false) continue;
    throw new CommandError(9, `Cannot specify both ${argument} and remove=true`);
  }
  const collection = engine.catalogue.find(database, name);
  for (const record of collection ? selectRecords(collection, query, args.document('sort')) : []) {
    const document = collection?.read(record)?.document;
    if (!collection || !document) continue;
    collection.remove(record, document);
    return { lastErrorObject: { n: 1 }, value: show(document, projection), ok: 1 };
  }
  return { lastErrorObject: { n: 0 }, value: null, ok: 1 };
}

function show(document: Document | undefined, projection: Projection | undefined): Document | null {
  if (!document) return null;
  return projection ? projection(document) : document;
}

export const FIND_AND_MODIFY_COMMANDS: [string, Command][] = [
  writing('findAndModify', KNOWN, findAndModify),
  writing('findandmodify', KNOWN, findAndModify),
];
