import { z } from 'zod';

/** How the next API calls misbehave, for tests and drills. */
export const apiFault = z.strictObject({
  /** `error`: HTTP 500; `drop`: the connection closes without an answer; `delay`: the answer comes late. */
  fault: z.enum(['error', 'drop', 'delay']),
  /** How many calls. */
  count: z.int().min(1).max(1_000_000).default(1),
  delayMs: z.int().min(0).max(120_000).default(1_000),
  /**
   * `before`: nothing was done, and a repetition starts afresh. `after`: the work was done and only its answer is
   * lost, so that a repetition with the same idempotency key gets the saved answer.
   */
  when: z.enum(['before', 'after']).default('before'),
  /** Only calls of this method and of paths that begin like this. */
  method: z.enum(['GET', 'POST', 'DELETE']).optional(),
  path: z.string().startsWith('/v1/').optional(),
});

export type ApiFault = z.output<typeof apiFault>;

/** The faults that still wait for a call. */
export class ApiFaults {
  #waiting: ApiFault[] = [];

  get waiting(): readonly ApiFault[] {
    return this.#waiting;
  }

  add(fault: ApiFault): void {
    this.#waiting.push(fault);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault that this call meets, if any; it is used up by it. */
  take(method: string, path: string): ApiFault | undefined {
    if (this.#waiting.length === 0) return undefined;
    const fault = this.#waiting.find(
      (one) => (one.method ?? method) === method && (one.path === undefined || path.startsWith(one.path)),
    );
    if (!fault) return undefined;
    fault.count -= 1;
    if (fault.count === 0) this.#waiting = this.#waiting.filter((one) => one !== fault);
    return fault;
  }
}
