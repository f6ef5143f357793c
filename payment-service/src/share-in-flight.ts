/** Runs work that others may want at the same moment; see {@link createShareInFlight}. */
export type ShareInFlight<Result> = (key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * One run for each key at a time: a webhook and the returning shopper, or a double click, ask Stripe once.
 * @param holdsForAll whether what a run found is right for those, too, who asked after it had begun; if it is not, or
 * the run failed, they run their own
 */
export function createShareInFlight<Result>(holdsForAll: (result: Result) => boolean): ShareInFlight<Result> {
  const running = new Map<string, Promise<Result>>();

  return async function share(key, work): Promise<Result> {
    const present = running.get(key);
    if (present) {
      const [outcome] = await Promise.allSettled([present]);
      if (outcome.status === 'fulfilled' && holdsForAll(outcome.value)) return outcome.value;
      return share(key, work);
    }
    const run = work().finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
}
