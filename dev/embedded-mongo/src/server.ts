import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Catalogue } from './catalogue.js';
import type { Engine } from './commands/command.js';
import { serveConnection } from './connection.js';
import { Cursors } from './cursors.js';
import { DocumentStore } from './storage/document-store.js';

// There is no authentication, so nobody outside this machine may connect.
const HOST = '127.0.0.1';

/** How often expired documents and forgotten cursors are removed. */
const HOUSEKEEPING_MILLISECONDS = 1000;

/** A running embedded database. */
export interface EmbeddedMongo {
  port: number;
  /** The connection string, without a database: `mongodb://127.0.0.1:27017`. */
  url: string;
  /** Closes connections, flushes and gives the data folder free. */
  stop(): Promise<void>;
}

/**
 * Starts a server on a data folder, which is created if it is not there.
 *
 * @param options.port 0 takes any free port
 * @throws DirectoryInUseError if another process serves the folder; the system's error if the port is taken
 */
export async function startEmbeddedMongo(options: {
  port: number;
  directory: string;
}): Promise<EmbeddedMongo> {
  const store = new DocumentStore(options.directory);
  try {
    const engine: Engine = { catalogue: new Catalogue(store), cursors: new Cursors() };
    return await serve(engine, store, options.port);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(engine: Engine, store: DocumentStore, port: number): Promise<EmbeddedMongo> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(socket, engine, store, log);
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  const housekeeping = setInterval(() => tidyUp(engine), HOUSEKEEPING_MILLISECONDS);
  housekeeping.unref();
  const listening = portOf(server);
  let stopped: Promise<void> | undefined;
  return { port: listening, url: `mongodb://${HOST}:${listening}`, stop: () => (stopped ??= stop()) };

  async function stop(): Promise<void> {
    clearInterval(housekeeping);
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    await store.close();
  }
}

function tidyUp(engine: Engine): void {
  const now = Date.now();
  engine.cursors.killIdle(now);
  try {
    for (const collection of engine.catalogue.collections) collection.removeExpired(now);
  } catch (error) {
    log(`removing expired documents failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The embedded database listens on no port');
  return address.port;
}

function log(line: string): void {
  console.error(`embedded database: ${line}`);
}
