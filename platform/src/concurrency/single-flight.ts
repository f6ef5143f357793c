/** Runs work that others may want at the same moment; see {@link createSingleFlight}. */
export type SingleFlight<Result> = (key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * One run for each key at a time: a webhook and the returning shopper, or a double click, ask Stripe once.
 * @param isShareable whether a result also answers those who asked after the run had begun; if not, or if the run
 * threw, they run their own
 */
export function createSingleFlight<Result>(isShareable: (result: Result) => boolean): SingleFlight<Result> {
  const running = new Map<string, Promise<Result>>();

  return async function run(key, work): Promise<Result> {
    const present = running.get(key);
    if (present) {
      const [outcome] = await Promise.allSettled([present]);
      if (outcome.status === 'fulfilled' && isShareable(outcome.value)) return outcome.value;
      return run(key, work);
    }
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
