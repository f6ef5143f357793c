import { type Document, isDocument } from '../bson/document.js';
import { CommandError, notImplemented } from '../errors.js';
import { planQuery } from '../query/plan.js';
import { compileQuery } from '../query/query.js';
import { type Call, type Command, reading } from './command.js';

/** Which argument holds the filter of each command that can be explained. */
const FILTER_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['find', 'filter'],
  ['count', 'query'],
  ['distinct', 'query'],
  ['findAndModify', 'query'],
]);

/**
 * `explain`: a small part of what MongoDB answers, under its names: the stage (`IDHACK`, `IXSCAN`, `COLLSCAN`),
 * the index, and how many documents were looked at to find how many.
 */
function explain({ engine, database, args }: Call): Document {
  const { name, filter } = explained(args.document('explain'));
  const query = compileQuery(filter);
  const collection = engine.catalogue.find(database, name);
  const plan = collection ? planQuery(collection, query) : { records: [], index: undefined };
  let examined = 0;
  let returned = 0;
  for (const record of plan.records) {
    const document = collection?.read(record)?.document;
    if (!document) continue;
    examined += 1;
    if (query.matches(document)) returned += 1;
  }
  const stage = plan.index === undefined ? 'COLLSCAN' : 'IXSCAN';
  const input =
    plan.index === undefined ? { stage } : { stage: 'FETCH', inputStage: { stage, indexName: plan.index } };
  const winningPlan = query.exactId === undefined ? input : { stage: 'IDHACK' };
  return {
    explainVersion: '1',
    queryPlanner: { namespace: `${database}.${name}`, winningPlan, rejectedPlans: [] },
    executionStats: { executionSuccess: true, nReturned: returned, totalDocsExamined: examined },
    ok: 1,
  };
}

function explained(command: Document): { name: string; filter: Document } {
  const [kind] = Object.keys(command);
  const update = kind === 'update' || kind === 'delete';
  if (kind === undefined || update) return explainedStatement(command, kind);
  const argument = FILTER_ARGUMENTS.get(kind);
  if (argument === undefined) throw notImplemented(`explaining ${kind}`);
  return { name: nameOf(command[kind]), filter: filterOf(command[argument]) };
}

function explainedStatement(command: Document, kind: string | undefined): { name: string; filter: Document } {
  const list = kind === 'update' ? command.updates : command.deletes;
  const statement: unknown = Array.isArray(list) ? list[0] : undefined;
  return {
    name: nameOf(command[kind ?? '']),
    filter: filterOf(isDocument(statement) ? statement.q : undefined),
  };
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new CommandError(73, 'the explained command names no collection');
}

function filterOf(value: unknown): Document {
  return isDocument(value) ? value : {};
}

export const EXPLAIN_COMMANDS: [string, Command][] = [reading('explain', ['verbosity'], explain)];
