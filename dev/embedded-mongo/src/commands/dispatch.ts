import { CommandError } from '../errors.js';
import type { ReplyBody } from '../wire/reply.js';
import type { Request } from '../wire/request.js';
import { AGGREGATE_COMMANDS } from './aggregate.js';
import { Arguments } from './arguments.js';
import { COLLECTION_COMMANDS } from './collections.js';
import type { Command, Engine } from './command.js';
import { HANDSHAKE_COMMANDS } from './handshake.js';
import { READ_COMMANDS } from './read.js';
import { WRITE_COMMANDS } from './write.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ...HANDSHAKE_COMMANDS,
  ...READ_COMMANDS,
  ...WRITE_COMMANDS,
  ...AGGREGATE_COMMANDS,
  ...COLLECTION_COMMANDS,
]);

/**
 * What an answer waits for. As with MongoDB, a write outlives the process that made it and reaches the disk a moment
 * later; `j: true` in the write concern waits for the disk.
 * https://www.mongodb.com/docs/manual/reference/write-concern/#j-option
 */
type Wait = 'nothing' | 'commit' | 'disk';

/** A command's answer, and what must be done before it is given. */
interface Outcome {
  readonly reply: ReplyBody;
  readonly wait: Wait;
}

/** Runs the command of a request. Throws CommandError where it is refused. */
export function dispatch(engine: Engine, request: Request): Outcome {
  const [name = ''] = Object.keys(request.command);
  const command = COMMANDS.get(name);
  refuseTransactions(request);
  if (!command) throw new CommandError(59, `no such command: '${name}'`);
  const args = new Arguments(name, request.command);
  args.refuseUnknown(command.known);
  const { w, j } = args.document('writeConcern');
  // What one server can promise is promised, whatever else is asked for.
  if (typeof w === 'number' && w > 1)
    throw new CommandError(2, "cannot use 'w' > 1 when a host is not replicated");
  const reply = command.run({ engine, request, database: args.text('$db'), args });
  if (!command.writes) return { reply, wait: 'nothing' };
  return { reply, wait: j === true ? 'disk' : 'commit' };
}

// With a transaction number even `abortTransaction` gets this answer from a standalone MongoDB.
function refuseTransactions({ command }: Request): void {
  if (['txnNumber', 'startTransaction', 'autocommit'].some((argument) => command[argument] !== undefined))
    throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
}
