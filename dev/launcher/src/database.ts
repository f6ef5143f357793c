import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createProgram, type Program } from './processes/program.js';
import { acceptsConnections } from './processes/waiting.js';
import { repositoryRoot } from './root.js';

export interface DatabaseOptions {
  readonly port: number;
  /** Where it keeps its data; made when it is not there. */
  readonly directory: string;
  readonly onLine?: (line: string) => void;
}

const READY_WITHIN_MS = 60_000;
const EMBEDDED_MAIN = join(repositoryRoot, 'dev', 'embedded-mongo', 'dist', 'main.js');

function createDatabase(command: string, args: readonly string[], options: DatabaseOptions): Program {
  return createProgram({
    name: 'mongo',
    command,
    args,
    environment: process.env,
    prepare: async () => void (await mkdir(options.directory, { recursive: true })),
    isReady: () => acceptsConnections(options.port),
    readyWithinMs: READY_WITHIN_MS,
    ...(options.onLine ? { onLine: options.onLine } : {}),
  });
}

/** The small database of this repository (dev/embedded-mongo) in a process of its own. */
export function createEmbeddedMongo(options: DatabaseOptions): Program {
  const { port, directory } = options;
  // Documents pass through in small pieces; a large young generation would only hold memory.
  const args = ['--max-semi-space-size=4', EMBEDDED_MAIN, '--port', String(port), '--directory', directory];
  return createDatabase(process.execPath, args, options);
}

/** A MongoDB server that is installed on this machine, on data of our own. */
export function createMongod(mongod: string, options: DatabaseOptions): Program {
  const { port, directory } = options;
  const args = ['--port', String(port), '--dbpath', directory, '--bind_ip', '127.0.0.1', '--quiet'];
  return createDatabase(mongod, args, options);
}

/** Starts the embedded database and resolves when it accepts connections at `mongodb://127.0.0.1:<port>`. */
export async function startEmbeddedMongo(options: DatabaseOptions): Promise<Program> {
  const database = createEmbeddedMongo(options);
  await database.start();
  return database;
}
