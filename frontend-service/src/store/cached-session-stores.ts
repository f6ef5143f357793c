import session, { type SessionData } from 'express-session';
import { LRUCache } from 'lru-cache';

type Callback<Value> = (error: unknown, value?: Value) => void;

/** How old a session may be for a page that changes nothing. */
const freshMs = 1_000;
const mostSessions = 5_000;

/** Shared by the two stores. */
class SessionCache {
  readonly entries = new LRUCache<string, SessionData>({ max: mostSessions, ttl: freshMs });
  /** Grows with every write, so that a read which began before one is not cached after it. */
  writes = 0;

  invalidate(sid: string): void {
    this.writes += 1;
    this.entries.delete(sid);
  }
}

/** Reads each time. */
class ExactStore extends session.Store {
  constructor(
    protected readonly inner: session.Store,
    protected readonly cache: SessionCache,
  ) {
    super();
  }

  override get(sid: string, callback: Callback<SessionData | null>): void {
    this.inner.get(sid, callback);
  }

  override set(sid: string, data: SessionData, callback?: Callback<never>): void {
    this.cache.invalidate(sid);
    this.inner.set(sid, data, (error: unknown) => {
      this.cache.invalidate(sid);
      callback?.(error);
    });
  }

  override destroy(sid: string, callback?: Callback<never>): void {
    this.cache.invalidate(sid);
    this.inner.destroy(sid, (error: unknown) => {
      this.cache.invalidate(sid);
      callback?.(error);
    });
  }

  override touch(sid: string, data: SessionData, callback?: () => void): void {
    if (this.inner.touch) this.inner.touch(sid, data, callback);
    else callback?.();
  }
}

/** Reads a session again only when it was not read in the last second. */
class RecentStore extends ExactStore {
  override get(sid: string, callback: Callback<SessionData | null>): void {
    const cached = this.cache.entries.get(sid);
    // express-session replaces what it does not share; the values below are never changed in place.
    if (cached) return void process.nextTick(callback, null, { ...cached });
    const { writes } = this.cache;
    this.inner.get(sid, (error: unknown, data?: SessionData | null) => {
      if (data && writes === this.cache.writes) this.cache.entries.set(sid, { ...data });
      callback(error, data);
    });
  }
}

export interface SessionStores {
  /** For whatever depends on who asks or what is in the cart. */
  readonly exact: session.Store;
  /**
   * For pages that change nothing: the catalogue is seen far more often than anything is done. What this process writes
   * is seen at once; what another process writes, within a second.
   */
  readonly recent: session.Store;
}

export function createSessionStores(inner: session.Store): SessionStores {
  const cache = new SessionCache();
  return { exact: new ExactStore(inner, cache), recent: new RecentStore(inner, cache) };
}
