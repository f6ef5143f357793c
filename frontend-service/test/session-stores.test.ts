import session, { type SessionData } from 'express-session';
import { describe, expect, it } from 'vitest';
import { createSessionStores } from '../src/store/cached-session-stores.js';

/** A store whose reads answer when the test says so. */
class SlowStore extends session.Store {
  readonly stored = new Map<string, SessionData>();
  readonly reading: (() => void)[] = [];

  override get(sid: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    const found = this.stored.get(sid);
    this.reading.push(() => callback(null, found ? { ...found } : null));
  }
  override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    this.stored.set(sid, { ...data });
    callback?.();
  }
  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    this.stored.delete(sid);
    callback?.();
  }
}

function data(cartCount: number): SessionData {
  return { cookie: { originalMaxAge: null }, cartCount } as SessionData;
}

function read(inner: SlowStore, store: session.Store): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    store.get('a', (error: unknown, found) => (error ? reject(error) : resolve(found?.cartCount)));
    for (const answer of inner.reading.splice(0)) answer();
  });
}

describe('the session of a page that changes nothing', () => {
  it('is read once a second', async () => {
    const inner = new SlowStore();
    const { recent } = createSessionStores(inner);
    inner.set('a', data(1));
    expect(await read(inner, recent)).toBe(1);
    inner.stored.set('a', data(2));
    expect(await read(inner, recent)).toBe(1);
  });

  it('shows at once what this process wrote', async () => {
    const inner = new SlowStore();
    const { exact, recent } = createSessionStores(inner);
    exact.set('a', data(1));
    expect(await read(inner, recent)).toBe(1);
    exact.set('a', data(2));
    expect(await read(inner, recent)).toBe(2);
    exact.destroy('a');
    expect(await read(inner, recent)).toBeUndefined();
  });

  it('is not cached when it was written while it was being read', async () => {
    const inner = new SlowStore();
    const { exact, recent } = createSessionStores(inner);
    exact.set('a', data(1));
    const old = new Promise((resolve) => recent.get('a', (_error, found) => resolve(found?.cartCount)));
    exact.set('a', data(2));
    for (const answer of inner.reading.splice(0)) answer();
    expect(await old).toBe(1);
    expect(await read(inner, recent)).toBe(2);
  });

  it('is always read anew for a page that does something', async () => {
    const inner = new SlowStore();
    const { exact, recent } = createSessionStores(inner);
    exact.set('a', data(1));
    expect(await read(inner, recent)).toBe(1);
    inner.stored.set('a', data(2));
    expect(await read(inner, exact)).toBe(2);
  });

  it('can be changed by its reader without changing it for the next', async () => {
    const inner = new SlowStore();
    const { recent } = createSessionStores(inner);
    inner.set('a', data(1));
    await read(inner, recent);
    recent.get('a', (_error, found) => {
      if (found) found.cartCount = 99;
    });
    expect(await read(inner, recent)).toBe(1);
  });
});
