import type { Catalogue } from '../catalogue.js';
import type { Cursors } from '../cursors.js';
import type { ReplyBody } from '../wire/reply.js';
import type { Request } from '../wire/request.js';
import type { Arguments } from './arguments.js';

/** What all commands work on. */
export interface Engine {
  readonly catalogue: Catalogue;
  readonly cursors: Cursors;
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
  /** The arguments it reads; others are refused. */
  readonly known: ReadonlySet<string>;
  /** Its answer waits until what was written is safe. */
  readonly writes: boolean;
}

/** Arguments that every command takes. Sessions, read preferences and time limits change nothing here. */
const GENERIC_ARGUMENTS = ['$db', '$readPreference', 'lsid', 'maxTimeMS', 'writeConcern'];

/** An entry of the command table: a command that only reads. */
export function reading(name: string, known: readonly string[], run: Command['run']): [string, Command] {
  return [name, { run, writes: false, known: new Set([name, ...GENERIC_ARGUMENTS, ...known]) }];
}

/** An entry of the command table: a command that may write. */
export function writing(name: string, known: readonly string[], run: Command['run']): [string, Command] {
  return [name, { run, writes: true, known: new Set([name, ...GENERIC_ARGUMENTS, ...known]) }];
}
