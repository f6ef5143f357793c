import { type Connection, createConnection } from 'mongoose';
import type { Logger } from './logging.js';

/** How long a query looks for a database that is away before it fails, in milliseconds. */
const serverSelectionMs = 2_000;
const retryMs = 500;

/** A write counts once it would survive a power cut, on one server as on a replica set: for what must not be lost. */
const onDisk = { w: 'majority', journal: true } as const;
/** For what a shopper can do again, such as putting something into a cart: a schema or a store says so itself. */
export const notJournaled = { w: 1, journal: false } as const;

/**
 * Connects to a service's database, however long that takes to be there. Later the driver reconnects by itself;
 * queries fail fast meanwhile instead of piling up.
 */
export async function openDatabase(url: string, logger: Logger, signal: AbortSignal): Promise<Connection> {
  const connection = createConnection();
  connection.on('disconnected', () => logger.warn('database connection lost'));
  connection.on('reconnected', () => logger.info('connected to the database again'));
  connection.on('error', (error: unknown) => logger.warn({ err: error }, 'database connection error'));
  while (!signal.aborted) {
    try {
      await connection.openUri(url, {
        serverSelectionTimeoutMS: serverSelectionMs,
        waitQueueTimeoutMS: 5_000,
        socketTimeoutMS: 10_000,
        maxPoolSize: 20,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        writeConcern: onDisk,
      });
      logger.info('connected to the database');
      return connection;
    } catch (error) {
      logger.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'database not reachable, trying again',
      );
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
  throw new Error('stopped while waiting for the database');
}

/** MongoDB's DuplicateKey (https://www.mongodb.com/docs/manual/reference/error-codes/). */
const duplicateKey = 11_000;

/** Whether a write was refused because a unique index has the value already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === duplicateKey;
}

/** True if the database answers within a second. */
export async function databaseAnswers(connection: Connection): Promise<boolean> {
  try {
    await connection.db?.command({ ping: 1 }, { timeoutMS: 1_000 });
    return connection.db !== undefined;
  } catch {
    return false;
  }
}
