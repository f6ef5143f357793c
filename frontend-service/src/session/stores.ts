import session, { type SessionData } from 'express-session';
import { LRUCache } from 'lru-cache';

type Callback<Value> = (error: unknown, value?: Value) => void;

/** How long a page that only looks may believe what it read before. */
const believedMs = 1_000;
const rememberedSessions = 5_000;

/** What was read lately, shared by the two stores. */
class Recent {
  readonly sessions = new LRUCache<string, SessionData>({ max: rememberedSessions, ttl: believedMs });
  /** Grows with every write, so that a read which began before one is not remembered after it. */
  writes = 0;

  forget(sid: string): void {
    this.writes += 1;
    this.sessions.delete(sid);
  }
}

/** Reads each time. */
class ExactStore extends session.Store {
  constructor(
    protected readonly inner: session.Store,
    protected readonly recent: Recent,
  ) {
    super();
  }

  override get(sid: string, callback: Callback<SessionData | null>): void {
    this.inner.get(sid, callback);
  }

  override set(sid: string, data: SessionData, callback?: Callback<never>): void {
    this.recent.forget(sid);
    this.inner.set(sid, data, (error: unknown) => {
      this.recent.forget(sid);
      callback?.(error);
    });
  }

  override destroy(sid: string, callback?: Callback<never>): void {
    this.recent.forget(sid);
    this.inner.destroy(sid, (error: unknown) => {
      this.recent.forget(sid);
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
    const known = this.recent.sessions.get(sid);
    // express-session replaces what it does not share; the values below are never changed in place.
    if (known) return void process.nextTick(callback, null, { ...known });
    const { writes } = this.recent;
    this.inner.get(sid, (error: unknown, data?: SessionData | null) => {
      if (data && writes === this.recent.writes) this.recent.sessions.set(sid, { ...data });
      callback(error, data);
    });
  }
}

export interface SessionStores {
  /** For whatever depends on who asks or what is in the cart. */
  readonly exact: session.Store;
  /**
   * For pages that only look: the catalogue is seen far more often than anything is done. What this process writes
   * is seen at once; what another process writes, within a second.
   */
  readonly recent: session.Store;
}

export function createSessionStores(inner: session.Store): SessionStores {
  const recent = new Recent();
  return { exact: new ExactStore(inner, recent), recent: new RecentStore(inner, recent) };
}
