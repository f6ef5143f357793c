/** Random that is the same for the same seed and purpose, on every machine. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  happens(probability: number): boolean;
  /** @throws when there is nothing to choose from */
  pick<Thing>(things: readonly Thing[]): Thing;
  shuffled<Thing>(things: readonly Thing[]): Thing[];
}

/**
 * @param purpose keeps the parts of a plan apart: what is decided for one does not move when another changes
 */
export function randomFor(seed: number, purpose: string): Random {
  const next = mulberry32(seed ^ hashOf(purpose));
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (probability) => next() < probability,
    pick(things) {
      const [thing] = things.slice(Math.floor(next() * things.length));
      if (thing === undefined) throw new Error('there is nothing to choose from');
      return thing;
    },
    shuffled(things) {
      return things
        .map((thing) => ({ thing, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ thing }) => thing);
    },
  };
}

/** mulberry32: small, fast, and good enough to choose who does what. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}
