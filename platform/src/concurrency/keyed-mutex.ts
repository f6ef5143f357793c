/** Runs work alone among all work with the same key, in the order in which it came. */
export type KeyedMutex = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** A mutex for each key; keys without work take no memory. Work that throws releases its key. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();

  return async (key, work) => {
    const before = last.get(key);
    // The error of the work before was thrown to its own caller.
    const current = Promise.allSettled([before]).then(work);
    last.set(key, current);
    try {
      return await current;
    } finally {
      if (last.get(key) === current) last.delete(key);
    }
  };
}
