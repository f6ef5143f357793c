/**
 * The embedded database: a small server that speaks MongoDB's wire protocol, so that mongoose, the official
 * driver and connect-mongo work against it unchanged.
 *
 * Why it exists: a laptop without a container engine has no MongoDB to install from its package manager, and
 * the shop should start there all the same. Services can't tell the difference and know nothing of it.
 *
 * What it is: one process, one data folder (lmdb), documents as BSON, filters, updates and indexes written
 * here, aggregation by mingo. Every statement is atomic, because a command runs to its end in one turn of the
 * event loop; every acknowledged write outlives a kill -9 of this process, and one with `j: true` is on disk
 * by then: its answer waits for a flush that all writers of the moment share. Equality on an indexed field does not scan; ranges and sorts do.
 *
 * What it is not: a MongoDB for production. No replication, transactions, change streams, users, collations,
 * text or geospatial search, Decimal128 arithmetic, schema validation, views or capped collections. What it
 * does not do it refuses with MongoDB's own error codes. It tells whole doubles from integers no better than
 * JavaScript does once a document was updated. Containers and production run MongoDB itself.
 */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Catalogue } from './catalogue.js';
import type { Engine } from './commands/command.js';
import { serveConnection } from './connection.js';
import { Cursors } from './cursors.js';
import { DocumentStore } from './storage/document-store.js';

/** How often expired documents and forgotten cursors are looked for. */
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
 * @param options.host where to listen; 127.0.0.1 unless given, since there is no authentication
 * @throws DirectoryInUseError if another process serves the folder; the system's error if the port is taken
 */
export async function startEmbeddedMongo(options: {
  port: number;
  host?: string;
  directory: string;
}): Promise<EmbeddedMongo> {
  const host = options.host ?? '127.0.0.1';
  const store = new DocumentStore(options.directory);
  try {
    const engine: Engine = {
      catalogue: new Catalogue(store),
      cursors: new Cursors(),
      startedAt: new Date(),
      clients: { count: 0 },
    };
    return await serve(engine, store, options.port, host);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(
  engine: Engine,
  store: DocumentStore,
  port: number,
  host: string,
): Promise<EmbeddedMongo> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(socket, engine, store, log);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const housekeeping = setInterval(() => tidyUp(engine), HOUSEKEEPING_MILLISECONDS);
  housekeeping.unref();
  const listening = portOf(server);
  let stopped: Promise<void> | undefined;
  return { port: listening, url: `mongodb://${host}:${listening}`, stop: () => (stopped ??= stop()) };

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
