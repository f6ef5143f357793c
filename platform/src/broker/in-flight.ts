/** The work that a process has in hand. */
export interface InFlight {
  add(work: Promise<void>): Promise<void>;
  readonly size: number;
  /** Resolves when nothing is in hand. */
  idle(): Promise<void>;
}

export function trackInFlight(): InFlight {
  const running = new Set<Promise<void>>();
  return {
    async add(work) {
      running.add(work);
      try {
        await work;
      } finally {
        running.delete(work);
      }
    },
    get size() {
      return running.size;
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };
}
