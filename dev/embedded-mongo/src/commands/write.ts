import { type Document, decode, isDocument } from '../bson/document.js';
import { typeName } from '../bson/types.js';
import { asCommandError, CommandError } from '../errors.js';
import { compileQuery } from '../query/query.js';
import { updateDocuments } from '../update/statement.js';
import { compileUpdate } from '../update/update.js';
import { type Arguments, statements } from './arguments.js';
import { type Call, type Command, writing } from './command.js';
import { checkHint, selectRecords } from './find.js';

const WRITE_ARGUMENTS = ['bypassDocumentValidation', 'ordered', 'let'] as const;
const UPDATE_STATEMENT = new Set([
  'arrayFilters',
  'c',
  'collation',
  'hint',
  'multi',
  'q',
  'sort',
  'u',
  'upsert',
]);
const DELETE_STATEMENT = new Set(['collation', 'hint', 'limit', 'q']);

/**
 * Runs the statements of a write command in order. A failing one is reported and, unless `ordered` is false,
 * ends the command; those before it stay done.
 */
function runEach<Statement>(
  args: Arguments,
  list: readonly Statement[],
  run: (statement: Statement, index: number) => void,
): Document {
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
  const sequence = request.sequences.get('documents');
  const documents = sequence ? [] : documentsOf(args);
  if (!sequence && documents.length === 0)
    throw new CommandError(9, 'Write batch sizes must be between 1 and 100000. Got 0 operations.');
  const collection = engine.catalogue.obtain(database, args.text('insert'));
  let n = 0;
  const outcome = sequence
    ? runEach(args, sequence, (bytes) => {
        // A copy of its own: the message holds other documents, and would stay in memory with this one.
        const own = Buffer.from(bytes);
        collection.insert(decode(own), own);
        n += 1;
      })
    : runEach(args, documents, (document) => {
        collection.insert(document);
        n += 1;
      });
  return { n, ...outcome, ok: 1 };
}

function documentsOf(args: Arguments): Document[] {
  return args.list('documents').map((value) => {
    if (isDocument(value)) return value;
    throw new CommandError(
      14,
      `BSON field 'insert.documents' holds a ${typeName(value)}, expected type 'object'`,
    );
  });
}

function update({ engine, database, args, request }: Call): Document {
  const name = args.text('update');
  const upserted: Document[] = [];
  let n = 0;
  let nModified = 0;
  const outcome = runEach(args, statements(request, 'updates'), (statement, index) => {
    statement.refuseUnknown(UPDATE_STATEMENT);
    statement.refuseCollation();
    const collection = engine.catalogue.find(database, name);
    if (collection) checkHint(collection, statement);
    const result = updateDocuments({
      collection,
      createCollection: () => engine.catalogue.obtain(database, name),
      query: compileQuery(statement.document('q'), args.document('let')),
      update: compileUpdate(statement.value('u'), statement.list('arrayFilters'), {
        ...args.document('let'),
        ...statement.document('c'),
      }),
      multi: statement.flag('multi'),
      upsert: statement.flag('upsert'),
      sort: statement.document('sort'),
    });
    n += result.matched;
    nModified += result.modified;
    if (!result.inserted) return;
    n += 1;
    upserted.push({ index, _id: result.inserted._id });
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...outcome, ok: 1 };
}

function remove({ engine, database, args, request }: Call): Document {
  const collection = engine.catalogue.find(database, args.text('delete'));
  let n = 0;
  const outcome = runEach(args, statements(request, 'deletes'), (statement) => {
    statement.refuseUnknown(DELETE_STATEMENT);
    statement.refuseCollation();
    const query = compileQuery(statement.document('q'), args.document('let'));
    const limit = statement.count('limit') ?? 0;
    if (limit > 1)
      throw new CommandError(9, `The limit field in delete objects must be 0 or 1. Got ${limit}`);
    if (!collection) return;
    checkHint(collection, statement);
    for (const record of [...firstOrAll(selectRecords(collection, query, {}), limit)]) {
      const document = collection.read(record)?.document;
      if (!document) continue;
      collection.remove(record, document);
      n += 1;
    }
  });
  return { n, ...outcome, ok: 1 };
}

function* firstOrAll(records: Iterable<number>, limit: number): Generator<number> {
  for (const record of records) {
    yield record;
    if (limit === 1) return;
  }
}

/** Commands that write documents. */
export const WRITE_COMMANDS: [string, Command][] = [
  writing('insert', [...WRITE_ARGUMENTS, 'documents'], insert),
  writing('update', [...WRITE_ARGUMENTS, 'updates'], update),
  writing('delete', [...WRITE_ARGUMENTS, 'deletes'], remove),
];
