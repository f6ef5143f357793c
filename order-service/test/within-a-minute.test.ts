import { retryDelaysMs } from '@micromall/contracts';
import { expect, it } from 'vitest';
import { variables } from '../src/config.js';
import { lookEveryMs } from '../src/domain/looks.js';

const minuteMs = 60_000;

it('an order whose payment nobody told of is asked about, and answered for, within a minute', () => {
  // Just missed by a sweep: it waits for its look, then for the next sweep, then for the answer.
  const answerMs = 4_000;
  expect(lookEveryMs + Number(variables.CHECKOUT_SWEEP_MS.default) + answerMs).toBeLessThan(minuteMs);
});

it('an event that waits in an order for a process that died is told within seconds', () => {
  expect(Number(variables.OUTBOX_RELAY_MS.default)).toBeLessThanOrEqual(10_000);
});

it('news of a payment that fails for a minute is tried again within the next', () => {
  let tried = 0;
  for (const delayMs of retryDelaysMs) {
    if (tried < minuteMs) expect(delayMs).toBeLessThanOrEqual(minuteMs);
    tried += delayMs;
  }
  expect(tried).toBeGreaterThan(minuteMs);
});
