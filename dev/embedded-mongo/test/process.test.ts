import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedMongo } from '../src/server.js';
import { type Client, refusalOf } from './database.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let directory: string;
let started: ChildProcess[];
let clients: Client[];

beforeEach(async () => {
  if (!existsSync(MAIN)) throw new Error('dev/embedded-mongo/dist is not there: run "npm run build" first.');
  directory = await mkdtemp(join(tmpdir(), 'micromall-database-'));
  started = [];
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  url: string;
}

/** Starts the database as a process of its own and waits for its one line. */
async function start(): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--directory', directory]);
  started.push(child);
  const output = await firstLine(child);
  expect(output).toMatch(/^ready mongodb:\/\/127\.0\.0\.1:\d+$/);
  return { child, url: output.slice('ready '.length) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

async function connect(url: string): Promise<Client> {
  const client = await mongoose.mongo.MongoClient.connect(url, { serverSelectionTimeoutMS: 2000 });
  clients.push(client);
  return client;
}

async function killed({ child }: Running): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the database as a process', () => {
  it.each([false, true])(
    'killed in the middle of writes (journal: %s), it comes back with every acknowledged one and its unique index',
    async (journal) => {
      const first = await start();
      const orders = (await connect(first.url))
        .db('shop')
        .collection<{ _id: string; key: string; n: number }>('orders', { writeConcern: { journal } });
      await orders.createIndex({ key: 1 }, { unique: true });
      const acknowledged = new Map<string, number>();
      let refused = 0;
      async function shopper(name: number): Promise<void> {
        for (let i = 0; ; i++) {
          const _id = `${name}-${i}`;
          try {
            await orders.insertOne({ _id, key: `k${_id}`, n: 0 });
            acknowledged.set(_id, 0);
            await orders.updateOne({ _id }, { $inc: { n: 1 } });
            acknowledged.set(_id, 1);
          } catch {
            refused += 1;
            return;
          }
        }
      }
      const shoppers = Array.from({ length: 16 }, (_, name) => shopper(name));
      await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(300);
      await killed(first);
      await Promise.all(shoppers);
      expect(refused).toBe(16);

      const second = await start();
      const after = (await connect(second.url))
        .db('shop')
        .collection<{ _id: string; key: string; n: number }>('orders');
      const stored = new Map((await after.find().toArray()).map(({ _id, n }) => [_id, n]));
      const lost = [...acknowledged].filter(([_id, n]) => (stored.get(_id) ?? -1) < n);
      expect(lost).toEqual([]);
      const [some] = acknowledged.keys();
      expect((await refusalOf(after.insertOne({ _id: 'new', key: `k${some}`, n: 0 }))).code).toBe(11000);
      const { executionStats } = await after.find({ key: `k${some}` }).explain('executionStats');
      expect(executionStats.totalDocsExamined).toBe(1);
    },
  );

  it('stopped politely, it ends with code 0 and keeps indexes, deletions and drops', async () => {
    const first = await start();
    const shop = (await connect(first.url)).db('shop');
    await shop.collection('kept').createIndex({ a: 1 }, { name: 'mine', expireAfterSeconds: 3600 });
    await shop.collection<{ _id: number }>('kept').insertMany([{ _id: 3 }, { _id: 1 }, { _id: 2 }]);
    await shop.collection<{ _id: number }>('kept').deleteOne({ _id: 1 });
    const dropped = (await connect(first.url)).db('dropped');
    await dropped.collection('things').insertOne({});
    await dropped.dropDatabase();
    first.child.kill('SIGTERM');
    expect(await once(first.child, 'exit')).toEqual([0, null]);

    const second = await start();
    const client = await connect(second.url);
    const again = client.db('shop');
    expect((await refusalOf(client.db('dropped').collection('things').indexes())).code).toBe(26);
    expect(await again.collection('kept').find().toArray()).toEqual([{ _id: 3 }, { _id: 2 }]);
    expect((await again.collection('kept').indexes()).at(-1)).toMatchObject({
      name: 'mine',
      expireAfterSeconds: 3600,
    });
    second.child.kill('SIGINT');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
  });

  it('a second one on the same folder is refused with a sentence; after a kill the folder is free', async () => {
    const first = await start();
    await expect(startEmbeddedMongo({ port: 0, directory })).rejects.toThrow(
      `The data folder ${directory} is in use by process ${first.child.pid}.`,
    );
    await killed(first);
    const own = await startEmbeddedMongo({ port: 0, directory });
    await expect(startEmbeddedMongo({ port: 0, directory })).rejects.toThrow(/in use by process/);
    await own.stop();
    await own.stop();
    const second = await start();
    expect(second.url).toContain('127.0.0.1');
  });

  it('a taken port is an error, and leaves the folder free', async () => {
    const first = await startEmbeddedMongo({ port: 0, directory: join(directory, 'first') });
    const second = join(directory, 'second');
    await expect(startEmbeddedMongo({ port: first.port, directory: second })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await (await startEmbeddedMongo({ port: 0, directory: second })).stop();
    await first.stop();
  });

  it('wrong arguments get a sentence', async () => {
    const child = spawn(process.execPath, [MAIN, '--port', 'x']);
    started.push(child);
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += String(chunk);
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(complaint).toContain('--port 27017 --directory');
  });
});
