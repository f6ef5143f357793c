import session, { type SessionData } from 'express-session';

/** The frontend's database does not answer, so nobody knows whose session this is. */
export class SessionsRest extends Error {
  override readonly name = 'SessionsRest';
}

type Callback<Value> = (error: unknown, value?: Value) => void;

/** How long a page waits for its session, in milliseconds. */
const answersWithinMs = 1_500;
/** After a failure the next requests are told at once; one of them asks again after this time, in milliseconds. */
const restsForMs = 1_000;

/**
 * Reads and writes sessions in bounded time, whatever the database does: one that is away is noticed once and then
 * asked by one request a second, while all others are told without waiting. It is found again by itself.
 * Every failure is a {@link SessionsRest}.
 */
export class BoundedStore extends session.Store {
  #restsUntil = 0;

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
    if (performance.now() >= this.#restsUntil) this.inner.touch?.(sid, data);
    callback?.();
  }

  #bounded<Value>(work: (done: Callback<Value>) => void, callback: Callback<Value> = () => undefined): void {
    const started = performance.now();
    if (started < this.#restsUntil) {
      process.nextTick(callback, new SessionsRest('the database did not answer a moment ago'));
      return;
    }
    // Whoever asks first after a failure asks for all.
    if (this.#restsUntil > 0) this.#restsUntil = started + answersWithinMs;
    let answered = false;
    const answer: Callback<Value> = (error, value) => {
      if (answered) return;
      answered = true;
      clearTimeout(timer);
      this.#restsUntil = error ? performance.now() + restsForMs : 0;
      if (error) callback(new SessionsRest('the database did not answer', { cause: error }));
      else callback(null, value);
    };
    const timer = setTimeout(
      () => answer(new Error(`no answer within ${answersWithinMs} ms`)),
      answersWithinMs,
    );
    work(answer);
  }
}
