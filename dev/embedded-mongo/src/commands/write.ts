import { type Document, decode } from '../bson/document.js';
import { asCommandError, CommandError, notImplemented } from '../errors.js';
import { selectMatches } from '../query/plan.js';
import { compileProjection } from '../query/projection.js';
import { compileQuery } from '../query/query.js';
import { updateDocuments } from '../update/statement.js';
import { compileUpdate } from '../update/update.js';
import { type Arguments, statements } from './arguments.js';
import { type Call, type Command, writing } from './command.js';

const UPDATE_STATEMENT = new Set(['arrayFilters', 'multi', 'q', 'u', 'upsert']);
const DELETE_STATEMENT = new Set(['limit', 'q']);
const FIND_AND_MODIFY = ['arrayFilters', 'fields', 'new', 'query', 'remove', 'sort', 'update', 'upsert'];

/**
 * Runs the statements of a write command in order. A failing one is reported and, unless `ordered` is false,
 * ends the command; those before it stay done.
 */
function runEach<Statement>(
  args: Arguments,
  list: readonly Statement[],
  run: (statement: Statement, index: number) => void,
): Document {
  if (list.length === 0)
    throw new CommandError(9, 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const ordered = args.value('ordered') === undefined || args.flag('ordered');
  const writeErrors: Document[] = [];
  for (const [index, statement] of list.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      const { code, message, details } = asCommandError(error);
      writeErrors.push({ index, code, ...details, errmsg: message });
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

function insert({ engine, database, args, request }: Call): Document {
  // A copy of each: the message holds other documents, and would stay in memory with it.
  const sent = request.sequences.get('documents')?.map((bytes) => Buffer.from(bytes));
  const collection = engine.catalogue.obtain(database, args.text('insert'));
  let n = 0;
  const outcome = sent
    ? runEach(args, sent, (bytes) => {
        collection.insert(decode(bytes), bytes);
        n += 1;
      })
    : runEach(args, args.documents('documents'), (document) => {
        collection.insert(document);
        n += 1;
      });
  return { n, ...outcome, ok: 1 };
}

function update({ engine, database, args, request }: Call): Document {
  const name = args.text('update');
  const upserted: Document[] = [];
  let n = 0;
  let nModified = 0;
  const outcome = runEach(args, statements(request, 'updates'), (statement, index) => {
    statement.refuseUnknown(UPDATE_STATEMENT);
    const { matched, modified, inserted } = updateDocuments({
      collection: engine.catalogue.find(database, name),
      createCollection: () => engine.catalogue.obtain(database, name),
      query: compileQuery(statement.document('q')),
      update: compileUpdate(statement.value('u'), statement.list('arrayFilters')),
      multi: statement.flag('multi'),
      upsert: statement.flag('upsert'),
      sort: {},
    });
    n += inserted ? 1 : matched;
    nModified += modified;
    if (inserted) upserted.push({ index, _id: inserted._id });
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...outcome, ok: 1 };
}

function remove({ engine, database, args, request }: Call): Document {
  const collection = engine.catalogue.find(database, args.text('delete'));
  let n = 0;
  const outcome = runEach(args, statements(request, 'deletes'), (statement) => {
    statement.refuseUnknown(DELETE_STATEMENT);
    const query = compileQuery(statement.document('q'));
    const limit = statement.count('limit') ?? 0;
    if (limit > 1)
      throw new CommandError(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    for (const { record, stored } of collection
      ? selectMatches(collection, query, {}, limit || undefined)
      : []) {
      collection?.remove(record, stored.document);
      n += 1;
    }
  });
  return { n, ...outcome, ok: 1 };
}

/** `findAndModify`: changes one document and answers it as it was, or as it became. */
function findAndModify({ args, engine, database }: Call): Document {
  const name = args.text('findAndModify');
  if (args.flag('remove')) throw notImplemented('findAndModify with "remove"');
  if (args.value('update') === undefined) {
    throw new CommandError(9, 'Either an update or remove=true must be specified');
  }
  const projection = compileProjection(args.document('fields'));
  const { matched, before, after, inserted } = updateDocuments({
    collection: engine.catalogue.find(database, name),
    createCollection: () => engine.catalogue.obtain(database, name),
    query: compileQuery(args.document('query')),
    update: compileUpdate(args.value('update'), args.list('arrayFilters')),
    multi: false,
    upsert: args.flag('upsert'),
    sort: args.document('sort'),
  });
  const upserted = inserted ? { upserted: inserted._id } : {};
  const lastErrorObject = { n: inserted ? 1 : matched, updatedExisting: matched > 0, ...upserted };
  const shown = args.flag('new') ? after : before;
  return { lastErrorObject, value: (shown && projection ? projection(shown) : shown) ?? null, ok: 1 };
}

/** Commands that write documents. */
export const WRITE_COMMANDS: [string, Command][] = [
  writing('insert', ['documents', 'ordered'], insert),
  writing('update', ['ordered', 'updates'], update),
  writing('delete', ['deletes', 'ordered'], remove),
  writing('findAndModify', FIND_AND_MODIFY, findAndModify),
];
