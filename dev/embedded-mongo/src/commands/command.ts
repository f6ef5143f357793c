import type { Catalogue } from '../catalogue.js';
import type { Cursors } from '../cursors.js';
import type { ReplyBody } from '../wire/reply.js';
import type { Request } from '../wire/request.js';
import type { Arguments } from './arguments.js';

/** What all commands work on. */
export interface Engine {
  readonly catalogue: Catalogue;
  readonly cursors: Cursors;
  readonly startedAt: Date;
  readonly clients: { count: number };
}

/** One call of a command. */
export interface Call {
  readonly engine: Engine;
  readonly request: Request;
  /** The database it is for (`$db`). */
  readonly database: string;
  readonly args: Arguments;
}

/** A command: runs to its end in one turn of the event loop, which is what makes it atomic. */
export interface Command {
  /** Throws CommandError to refuse. */
  run(call: Call): ReplyBody;
  /** The arguments it knows; others are refused. */
  readonly known: ReadonlySet<string>;
  /** Its answer waits until what was written is on disk. */
  readonly durable: boolean;
}

/** Arguments that every command takes. Those about replication and time limits change nothing here. */
const GENERIC_ARGUMENTS = [
  '$clusterTime',
  '$db',
  '$readPreference',
  'apiDeprecationErrors',
  'apiStrict',
  'apiVersion',
  'comment',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
];

/** A command that only reads. */
export function reading(name: string, known: readonly string[], run: Command['run']): [string, Command] {
  return [name, { run, durable: false, known: new Set([name, ...GENERIC_ARGUMENTS, ...known]) }];
}

/** A command that may write. */
export function writing(name: string, known: readonly string[], run: Command['run']): [string, Command] {
  return [name, { run, durable: true, known: new Set([name, ...GENERIC_ARGUMENTS, ...known]) }];
}
