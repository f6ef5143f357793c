import session, { type SessionData } from 'express-session';

/** The frontend's database does not answer, so nobody knows whose session this is. */
export class SessionsUnavailable extends Error {
  override readonly name = 'SessionsUnavailable';
}

type Callback<Value> = (error: unknown, value?: Value) => void;

/** How long a page waits for its session, in milliseconds. */
const timeoutMs = 1_500;
/** After a failure the next requests fail at once; one of them tries again after this time, in milliseconds. */
const openMs = 1_000;

/**
 * Reads and writes sessions in bounded time, whatever the database does. After a failure the circuit is open: one
 * request a second tries the database, all others fail without waiting. The first success closes it.
 * Every failure is a {@link SessionsUnavailable}.
 */
export class BoundedSessionStore extends session.Store {
  /** On the clock of `performance.now()`; 0 while the circuit is closed. */
  #openUntil = 0;

  constructor(private readonly inner: session.Store) {
    super();
  }

  override get(sid: string, callback: Callback<SessionData | null>): void {
    this.#bounded<SessionData | null>((done) => this.inner.get(sid, done), callback);
  }

  override set(sid: string, data: SessionData, callback?: Callback<never>): void {
    this.#bounded<never>((done) => this.inner.set(sid, data, done), callback);
  }

  override destroy(sid: string, callback?: Callback<never>): void {
    this.#bounded<never>((done) => this.inner.destroy(sid, done), callback);
  }

  /** Only moves the end of a session, once a day: nobody waits for it, and the next page tries again. */
  override touch(sid: string, data: SessionData, callback?: () => void): void {
    if (performance.now() >= this.#openUntil) this.inner.touch?.(sid, data);
    callback?.();
  }

  #bounded<Value>(work: (done: Callback<Value>) => void, callback: Callback<Value> = () => undefined): void {
    const started = performance.now();
    if (started < this.#openUntil) {
      process.nextTick(callback, new SessionsUnavailable('the database did not answer a moment ago'));
      return;
    }
    // Half-open: whoever comes first tries for all.
    if (this.#openUntil > 0) this.#openUntil = started + timeoutMs;
    let answered = false;
    const answer: Callback<Value> = (error, value) => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      this.#openUntil = error ? performance.now() + openMs : 0;
      if (error) callback(new SessionsUnavailable('the database did not answer', { cause: error }));
      else callback(null, value);
    };
    const timer = setTimeout(() => answer(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    work(answer);
  }
}
