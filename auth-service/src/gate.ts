/** Runs work at once while fewer than its limit run, and otherwise when its turn comes. */
export type Gate = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A gate through which at most `limit` pieces of work go at a time, in the order in which they came. */
export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever waits longest takes over this place, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
