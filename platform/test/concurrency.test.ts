import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyedMutex } from '../src/concurrency/keyed-mutex.js';
import { retryUntilDone } from '../src/concurrency/retry.js';
import { createLogger, createSingleFlight, startInterval } from '../src/index.js';

/** A promise that the test settles. */
function deferred<Value = void>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe('a keyed mutex', () => {
  it('runs work with one key one after the other; work with another key does not wait for it', async () => {
    const withKey = createKeyedMutex();
    const done: string[] = [];
    const firstEnds = deferred();
    const first = withKey('a', async () => {
      await firstEnds.promise;
      done.push('first of a');
    });
    const second = withKey('a', async () => {
      done.push('second of a');
    });
    await withKey('b', async () => {
      done.push('first of b');
    });
    firstEnds.resolve();
    await Promise.all([first, second]);
    expect(done).toEqual(['first of b', 'first of a', 'second of a']);
  });

  it('throws an error to the caller of that work alone', async () => {
    const withKey = createKeyedMutex();
    const failing = withKey('a', async () => {
      throw new Error('the database is away');
    });
    const next = withKey('a', async () => 'done');
    await expect(failing).rejects.toThrow('the database is away');
    expect(await next).toBe('done');
  });
});

describe('a single flight', () => {
  const flightOf = () => createSingleFlight<string>((result) => result === 'paid');

  it('runs once for all who ask with one key meanwhile, and again for who asks later', async () => {
    const share = flightOf();
    const answer = deferred<string>();
    let runs = 0;
    const ask = (key = 'a') =>
      share(key, () => {
        runs += 1;
        return answer.promise;
      });
    const all = [ask(), ask(), ask()];
    expect(runs).toBe(1);
    const other = ask('b');
    expect(runs).toBe(2);
    answer.resolve('paid');
    expect(await Promise.all([...all, other])).toEqual(['paid', 'paid', 'paid', 'paid']);
    expect(runs).toBe(2);
    expect(await ask()).toBe('paid');
    expect(runs).toBe(3);
  });

  it('lets those who waited run their own, one at a time, when the result is not for sharing', async () => {
    const share = flightOf();
    const results = ['open', 'paid', 'never asked for'];
    let running = 0;
    let most = 0;
    const ask = () =>
      share('a', async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return results.shift() ?? '';
      });
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['open', 'paid', 'paid']);
    expect(most).toBe(1);
    expect(results).toEqual(['never asked for']);
  });

  it('throws an error to the caller of that run alone', async () => {
    const share = flightOf();
    const first = deferred<string>();
    const failing = share('a', () => first.promise);
    const waiting = share('a', async () => 'paid');
    first.reject(new Error('Stripe is away'));
    await expect(failing).rejects.toThrow('Stripe is away');
    expect(await waiting).toBe('paid');
  });
});

describe('an interval', () => {
  const lines: { msg: string }[] = [];
  const logger = createLogger(
    { service: 'test', level: 'info' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  beforeEach(() => {
    lines.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('runs at once, then after a pause that begins when the run has ended: runs never overlap', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let runs = 0;
    let ends = deferred();
    const interval = startInterval(
      1_000,
      () => {
        runs += 1;
        return ends.promise;
      },
      logger,
    );
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
    ends.resolve();
    ends = deferred();
    await vi.advanceTimersByTimeAsync(999);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    ends.resolve();
    await interval.stop();
  });

  it.each([
    ['the whole pause', 0, 1_000],
    ['nine tenths of it', 1, 900],
  ])('pauses for %s, as chance has it', async (_what, chance, pauseMs) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    let runs = 0;
    const interval = startInterval(
      1_000,
      async () => {
        runs += 1;
      },
      logger,
    );
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    await interval.stop();
  });

  it('logs a run that fails, and runs again', async () => {
    let runs = 0;
    const interval = startInterval(
      1_000,
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('the database is away');
      },
      logger,
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    expect(lines.map(({ msg }) => msg)).toEqual(['a job failed, it will run again']);
    await interval.stop();
  });

  it('stops after the run in hand', async () => {
    const ends = deferred();
    let runs = 0;
    let stopped = false;
    const interval = startInterval(
      1_000,
      () => {
        runs += 1;
        return ends.promise;
      },
      logger,
    );
    const stopping = interval.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stopped).toBe(false);
    ends.resolve();
    await stopping;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(runs).toBe(1);
  });
});

describe('trying until it is done', () => {
  it('pauses twice as long each time', async () => {
    const pauses: number[] = [];
    const ended = new AbortController();
    let tries = 0;
    const outcome = retryUntilDone(
      async () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return 'done';
      },
      ended.signal,
      (_error, retryInMs) => pauses.push(retryInMs),
    );
    expect(await outcome).toBe('done');
    expect(pauses).toEqual([100, 200]);
  });

  it('makes the first try even when it was ended before, and no other', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      throw new Error('not now');
    };
    await expect(retryUntilDone(work, AbortSignal.abort(), () => undefined)).rejects.toThrow('not now');
    expect(tries).toBe(1);
  });

  it('gives up during a pause as soon as it is ended', async () => {
    const ended = new AbortController();
    let tries = 0;
    const outcome = retryUntilDone(
      async () => {
        tries += 1;
        throw new Error('not now');
      },
      ended.signal,
      () => ended.abort(),
    );
    await expect(outcome).rejects.toThrow('not now');
    expect(tries).toBe(1);
  });
});
