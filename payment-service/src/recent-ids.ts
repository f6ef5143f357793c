/** Remembers the latest ids that were added, so that what was done is not done again for nothing. */
export interface RecentIds {
  has(id: string): boolean;
  add(id: string): void;
}

export function createRecentIds(atMost: number): RecentIds {
  // A set keeps the order in which its members were added.
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > atMost && oldest !== undefined) ids.delete(oldest);
    },
  };
}
