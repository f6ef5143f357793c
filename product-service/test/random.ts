/** The same numbers for the same seed, so that a failure can be seen again. */
export interface Random {
  /** A whole number from 0 to just below `limit`. */
  upTo(limit: number): number;
  oneOf<Item>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** mulberry32, a small generator in the public domain. */
export function createRandom(seed: number): Random {
  let state = seed;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  function upTo(limit: number): number {
    return Math.floor(next() * limit);
  }
  return {
    upTo,
    oneOf(items) {
      const item = items[upTo(items.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  };
}
