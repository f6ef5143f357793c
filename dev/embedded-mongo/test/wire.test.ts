import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BSON } from 'bson';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Json, refusalOf, startInTemporaryFolder } from './database.js';

let server: Awaited<ReturnType<typeof startInTemporaryFolder>>;
let sockets: Socket[] = [];

beforeAll(async () => {
  server = await startInTemporaryFolder();
});

afterAll(() => server.stop());

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  vi.restoreAllMocks();
});

async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function frame(operation: number, content: Buffer, length = content.length + 16): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(length, 0);
  head.writeInt32LE(77, 4);
  head.writeInt32LE(operation, 12);
  return Buffer.concat([head, content]);
}

function message(flags: number, ...sections: Buffer[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(flags);
  return frame(2013, Buffer.concat([head, ...sections]));
}

function body(command: Json): Buffer {
  return Buffer.concat([Buffer.from([0]), BSON.serialize(command)]);
}

function sequence(name: string, documents: Json[]): Buffer {
  const content = Buffer.concat([
    Buffer.from(`${name}\0`),
    ...documents.map((document) => BSON.serialize(document)),
  ]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(content.length + 4);
  return Buffer.concat([Buffer.from([1]), size, content]);
}

/** Reads answers until there are as many as asked for. */
async function answers(socket: Socket, count: number): Promise<Json[]> {
  const found: Json[] = [];
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 16 && bytes.length >= bytes.readInt32LE(0)) {
      const length = bytes.readInt32LE(0);
      const at = bytes.readInt32LE(12) === 2013 ? 21 : 36;
      found.push(BSON.deserialize(bytes.subarray(at, length)));
      bytes = bytes.subarray(length);
    }
    if (found.length >= count) break;
  }
  return found;
}

async function ask(...bytes: Buffer[]): Promise<Json[]> {
  const socket = await open();
  for (const part of bytes) socket.write(part);
  return answers(socket, bytes.length);
}

describe('messages', () => {
  it('the first greeting may come as OP_QUERY', async () => {
    const head = Buffer.concat([Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8)]);
    const [hello] = await ask(
      frame(2004, Buffer.concat([head, BSON.serialize({ ismaster: 1, helloOk: true })])),
    );
    expect(hello).toMatchObject({ ok: 1, ismaster: true, helloOk: true, maxWireVersion: 21 });
  });

  it('several in one packet, and one in many, are answered in order', async () => {
    const ping = message(0, body({ ping: 1, $db: 'admin' }));
    const hello = message(0, body({ hello: 1, $db: 'admin' }));
    expect(await answersTo(Buffer.concat([ping, hello, ping]), 3)).toMatchObject([
      { ok: 1 },
      { isWritablePrimary: true },
      { ok: 1 },
    ]);
    const socket = await open();
    const pending = answers(socket, 1);
    for (const byte of hello) socket.write(Buffer.from([byte]));
    expect(await pending).toMatchObject([{ isWritablePrimary: true }]);
  });

  it('documents may come beside the command', async () => {
    const insert = body({ insert: 'beside', $db: 'wire' });
    const beside = message(0, sequence('documents', [{ _id: 1 }, { _id: 2 }]), insert);
    expect(await ask(beside)).toMatchObject([{ n: 2, ok: 1 }]);
  });

  it('a write that wants no answer gets none, and the next message is answered after it', async () => {
    const silent = message(2, body({ insert: 'silent', documents: [{ _id: 1 }], $db: 'wire' }));
    const count = message(0, body({ count: 'silent', $db: 'wire' }));
    expect(await answersTo(Buffer.concat([silent, count]), 1)).toEqual([{ n: 1, ok: 1 }]);
  });

  async function answersTo(bytes: Buffer, count: number): Promise<Json[]> {
    const socket = await open();
    socket.write(bytes);
    return answers(socket, count);
  }
});

describe('a malformed message closes its connection, with one log line, and no other', () => {
  it.each<[string, Buffer]>([
    ['a length below the header', frame(2013, Buffer.alloc(0), 3)],
    ['a negative length', frame(2013, Buffer.alloc(0), -1)],
    ['a length beyond 48 MB', frame(2013, Buffer.alloc(0), 48_000_001)],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['an unknown operation', frame(2012, Buffer.alloc(20))],
    ['no content', frame(2013, Buffer.alloc(0))],
    ['no body', message(0)],
    ['two bodies', message(0, body({ ping: 1 }), body({ ping: 1 }))],
    ['an unknown kind of section', message(0, Buffer.from([9, 5, 0, 0, 0, 0]))],
    ['a section longer than the message', message(0, Buffer.from([0, 255, 0, 0, 0, 0]))],
    ['a sequence without an end', message(0, Buffer.from([1, 8, 0, 0, 0, 65, 65, 65]))],
    ['unknown required flags', message(4, body({ ping: 1 }))],
    ['a checksum, which no driver sends', message(1, body({ ping: 1 }), Buffer.from([1, 2, 3, 4]))],
    ['BSON that is none', message(0, Buffer.from([0, 8, 0, 0, 0, 99, 1, 1, 1]))],
  ])('%s', async (_rule, bytes) => {
    const other = await open();
    const socket = await open();
    socket.write(bytes);
    socket.resume();
    await once(socket, 'close');
    expect(console.error).toHaveBeenCalledOnce();
    other.write(message(0, body({ ping: 1, $db: 'admin' })));
    expect(await answers(other, 1)).toMatchObject([{ ok: 1 }]);
  });

  it('a document nested too deep is refused or closes the connection, and the server lives', async () => {
    let deep: Json = {};
    for (let i = 0; i < 3000; i++) deep = { a: deep };
    const socket = await open();
    socket.write(message(0, body({ insert: 'deep', documents: [deep], $db: 'wire' })));
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    expect(await ask(message(0, body({ ping: 1, $db: 'admin' })))).toMatchObject([{ ok: 1 }]);
  });
});

describe('who may connect', () => {
  it('user name and password in the connection string get a clear error, not a hang', async () => {
    const url = server.url.replace('mongodb://', 'mongodb://shop:secret@');
    const refusal = await refusalOf(
      mongoose.mongo.MongoClient.connect(url, { serverSelectionTimeoutMS: 3000 }),
    );
    expect(refusal.message).toContain('authentication is not implemented');
  });

  it('it listens on this machine only', async () => {
    expect(server.url).toBe(`mongodb://127.0.0.1:${server.port}`);
  });
});
