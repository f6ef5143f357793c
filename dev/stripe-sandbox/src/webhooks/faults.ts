import { z } from 'zod';

/** How deliveries misbehave, for tests and drills. Everything that happens by chance follows the seed. */
export const webhookBehaviour = z.strictObject({
  /** Each delivery starts this much later. */
  delayMs: z.int().min(0).max(600_000).default(0),
  /** So many extra copies of each delivery are sent, at the same time. */
  duplicate: z.int().min(0).max(20).default(0),
  /** A try that is dropped never leaves; it counts as failed and is repeated later like any other. */
  drop: z
    .union([
      z.strictObject({ probability: z.number().min(0).max(1) }),
      z.strictObject({ next: z.int().min(0).max(1_000_000) }),
    ])
    .default({ next: 0 }),
  /** Events that happen within a tenth of a second of each other are delivered in another order. */
  reorder: z.boolean().default(false),
  /** Nothing is delivered until this is false again; then everything that waits is. */
  paused: z.boolean().default(false),
  seed: z.int().min(0).default(1),
  /** The waiting time before each repetition; the number of them is the number of repetitions. */
  retryDelaysMs: z
    .array(z.int().min(1).max(3_600_000))
    .max(20)
    .default([1_000, 5_000, 25_000, 60_000, 180_000, 300_000]),
});

export type WebhookBehaviour = z.output<typeof webhookBehaviour>;

/** The behaviour in force, and the seeded chance that goes with it. */
export class WebhookFaults {
  #behaviour = webhookBehaviour.parse({});
  #random = seededRandom(this.#behaviour.seed);

  get behaviour(): WebhookBehaviour {
    return this.#behaviour;
  }

  set(behaviour: WebhookBehaviour): void {
    this.#behaviour = behaviour;
    this.#random = seededRandom(behaviour.seed);
  }

  /** Decides about one try; a "next n" budget shrinks with each one that is dropped. */
  drops(): boolean {
    const { drop } = this.#behaviour;
    if ('probability' in drop) return this.#random() < drop.probability;
    if (drop.next === 0) return false;
    this.#behaviour = { ...this.#behaviour, drop: { next: drop.next - 1 } };
    return true;
  }

  /** The same things in another order (never the same one, if there are two or more). */
  shuffled<T>(things: readonly T[]): T[] {
    const keyed = things.map((thing, position) => ({ thing, position, key: this.#random() }));
    keyed.sort((a, b) => a.key - b.key);
    const unchanged = keyed.every((entry, position) => entry.position === position);
    const order = unchanged ? keyed.reverse() : keyed;
    return order.map((entry) => entry.thing);
  }
}

/** mulberry32: small, fast, and the same sequence for the same seed everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
