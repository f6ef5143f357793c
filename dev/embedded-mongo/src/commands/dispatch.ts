import { CommandError } from '../errors.js';
import type { ReplyBody } from '../wire/reply.js';
import type { Request } from '../wire/request.js';
import { ADMINISTRATION_COMMANDS } from './administration.js';
import { AGGREGATE_COMMANDS } from './aggregate.js';
import { Arguments } from './arguments.js';
import type { Command, Engine } from './command.js';
import { EXPLAIN_COMMANDS } from './explain.js';
import { FIND_AND_MODIFY_COMMANDS } from './find-and-modify.js';
import { HANDSHAKE_COMMANDS } from './handshake.js';
import { INDEX_COMMANDS } from './indexes.js';
import { READ_COMMANDS } from './read.js';
import { WRITE_COMMANDS } from './write.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ...HANDSHAKE_COMMANDS,
  ...READ_COMMANDS,
  ...WRITE_COMMANDS,
  ...FIND_AND_MODIFY_COMMANDS,
  ...AGGREGATE_COMMANDS,
  ...INDEX_COMMANDS,
  ...ADMINISTRATION_COMMANDS,
  ...EXPLAIN_COMMANDS,
]);

/**
 * What an answer waits for. As with MongoDB, a write outlives the process that made it and reaches the disk a moment
 * later; `j: true` in the write concern waits for the disk.
 * https://www.mongodb.com/docs/manual/reference/write-concern/#j-option
 */
export type Wait = 'nothing' | 'commit' | 'disk';

/** A command's answer, and what must be done before it is given. */
export interface Outcome {
  reply: ReplyBody;
  wait: Wait;
}

/** Runs the command of a request. Throws CommandError where it is refused. */
export function dispatch(engine: Engine, request: Request): Outcome {
  const [name] = Object.keys(request.command);
  const command = name === undefined ? undefined : COMMANDS.get(name);
  refuseTransactions(request);
  if (name === undefined || !command) throw new CommandError(59, `no such command: '${name ?? ''}'`);
  const args = new Arguments(name, request.command);
  args.refuseUnknown(command.known);
  refuseReplication(args);
  const database = args.text('$db');
  const wait = waitFor(args);
  return {
    reply: command.run({ engine, request, database, args }),
    wait: command.durable ? wait : 'nothing',
  };
}

// With a transaction number even `abortTransaction` gets this answer from a standalone MongoDB.
function refuseTransactions({ command }: Request): void {
  if (
    command.txnNumber === undefined &&
    command.startTransaction === undefined &&
    command.autocommit === undefined
  )
    return;
  throw new CommandError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
}

function waitFor(args: Arguments): Wait {
  if (args.value('writeConcern') === undefined) return 'commit';
  return args.document('writeConcern').j === true ? 'disk' : 'commit';
}

/** Concerns that only replicas could satisfy; what one durable server can promise is promised anyway. */
function refuseReplication(args: Arguments): void {
  if (args.value('writeConcern') !== undefined) {
    const { w } = args.document('writeConcern');
    if (typeof w === 'number' && w > 1)
      throw new CommandError(2, "cannot use 'w' > 1 when a host is not replicated");
  }
  if (args.value('readConcern') === undefined) return;
  const { level } = args.document('readConcern');
  if (level !== 'snapshot' && level !== 'linearizable') return;
  throw new CommandError(123, `node needs to be a replica set member to use read concern level ${level}`);
}
