import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startEmbeddedMongo } from '../src/server.js';

export type Client = mongoose.mongo.MongoClient;
export type Database = mongoose.mongo.Db;

/** A document of any shape. */
export interface Doc {
  _id?: string | number | mongoose.mongo.ObjectId;
  [field: string]: unknown;
}

/** A filter, an update or a command: whatever is sent. */
export type Json = Record<string, unknown>;

/** A database of its own for one test file: in the MongoDB that MONGO_URL names, or in an embedded one. */
export interface TestDatabase {
  url: string;
  name: string;
  embedded: boolean;
  client: Client;
  database: Database;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.MONGO_URL ? undefined : await startInTemporaryFolder();
  const url = server?.url ?? process.env.MONGO_URL ?? '';
  const name = `micromall_test_${process.pid}_${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  const client = await mongoose.mongo.MongoClient.connect(url);
  const database = client.db(name);
  return {
    url,
    name,
    embedded: server !== undefined,
    client,
    database,
    async close() {
      await database.dropDatabase();
      await client.close();
      await server?.stop();
    },
  };
}

/** An embedded database on any free port, whose folder goes away with it. */
export async function startInTemporaryFolder(): Promise<{
  url: string;
  port: number;
  stop(): Promise<void>;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-database-'));
  const server = await startEmbeddedMongo({ port: 0, directory });
  return {
    url: server.url,
    port: server.port,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What a refused operation was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return { ...(error as Error), message: (error as Error).message };
  }
  throw new Error('This should have been refused, but it succeeded.');
}

/** Waits until a condition holds, at most `milliseconds`. */
export async function eventually(condition: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return condition();
}
