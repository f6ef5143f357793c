import MongoStore from 'connect-mongo';
import type { SessionData, Store } from 'express-session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, openTestDatabase, type TestDatabase } from './database.js';

let test: TestDatabase;
let store: MongoStore;

beforeAll(async () => {
  test = await openTestDatabase();
  store = MongoStore.create({ mongoUrl: test.url, dbName: test.name, collectionName: 'sessions', ttl: 60 });
});

afterAll(async () => {
  await store.close();
  await test.close();
});

type Answer<Value> = (error: unknown, value?: Value) => void;

function ask<Value>(work: (answer: Answer<Value>) => void): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    work((error, value) => (error ? reject(error) : resolve(value)));
  });
}

function session(fields: Record<string, unknown>, expiresIn: number): SessionData {
  const expires = new Date(Date.now() + expiresIn);
  return { cookie: { originalMaxAge: expiresIn, expires }, ...fields } as SessionData;
}

function get(sid: string): Promise<SessionData | null | undefined> {
  return ask<SessionData | null>((answer) => (store as Store).get(sid, answer));
}

describe('express-session keeps its sessions through connect-mongo', () => {
  it('a session is stored, read and counted', async () => {
    await ask((answer) => store.set('first', session({ userId: 'u1' }, 60_000), answer));
    expect(await get('first')).toMatchObject({ userId: 'u1' });
    expect(await ask<number>((answer) => store.length(answer))).toBe(1);
  });

  it('storing it again replaces it', async () => {
    await ask((answer) => store.set('again', session({ cart: 1 }, 60_000), answer));
    await ask((answer) => store.set('again', session({ cart: 2 }, 60_000), answer));
    expect(await get('again')).toMatchObject({ cart: 2 });
    expect(await test.database.collection('sessions').countDocuments({ _id: 'again' as never })).toBe(1);
  });

  it('touching it moves its end', async () => {
    await ask((answer) => store.set('touched', session({}, 60_000), answer));
    const later = session({}, 600_000);
    await ask((answer) => store.touch('touched', later, answer));
    const stored = await test.database.collection('sessions').findOne({ _id: 'touched' as never });
    expect(stored?.expires).toEqual(later.cookie.expires);
  });

  it('an expired session is not given out, even before it is removed', async () => {
    await ask((answer) => store.set('late', session({}, -1000), answer));
    expect(await get('late')).toBeNull();
  });

  it('a destroyed session is gone, and destroying it twice is no error', async () => {
    await ask((answer) => store.set('ended', session({}, 60_000), answer));
    await ask((answer) => store.destroy('ended', answer));
    await ask((answer) => store.destroy('ended', answer));
    expect(await get('ended')).toBeNull();
  });

  it('the TTL index takes expired sessions away', async () => {
    await ask((answer) => store.set('expired', session({}, -1000), answer));
    await ask((answer) => store.set('alive', session({}, 60_000), answer));
    const sessions = test.database.collection('sessions');
    // MongoDB looks once a minute.
    const gone = await eventually(
      async () => (await sessions.countDocuments({ _id: 'expired' as never })) === 0,
      90_000,
    );
    expect(gone).toBe(true);
    expect(await sessions.countDocuments({ _id: 'alive' as never })).toBe(1);
  }, 100_000);

  it('all sessions are listed and cleared', async () => {
    await ask((answer) => store.set('one', session({}, 60_000), answer));
    expect(await ask((answer) => store.all(answer as never))).not.toHaveLength(0);
    await ask((answer) => store.clear(answer));
    expect(await test.database.collection('sessions').countDocuments()).toBe(0);
  });
});
