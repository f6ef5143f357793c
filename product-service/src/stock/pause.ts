import { setTimeout } from 'node:timers/promises';

/** Waits for a random time, so that rivals who failed together don't try again together. */
export async function pause(mostMs: number): Promise<void> {
  await setTimeout(Math.random() * mostMs);
}
