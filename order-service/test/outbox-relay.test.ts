import type { Logger } from '@micromall/platform';
import { expect, it } from 'vitest';
import type { Context } from '../src/context.js';
import { nextTryAt } from '../src/domain/outbox.js';
import { startOutboxRelay } from '../src/jobs/outbox-relay.js';

it('an event that can not be sent is tried at most five times in its first minute, and then every ten minutes', () => {
  const begin = new Date('2026-11-21T12:00:00.000Z');
  const tries = [begin];
  for (let attempts = 0; attempts < 30; attempts += 1) {
    tries.push(nextTryAt(attempts, tries.at(-1) ?? begin, 5_000));
  }
  const inFirstMinute = tries.filter((at) => at.getTime() - begin.getTime() < 60_000);
  expect(inFirstMinute.length).toBeLessThanOrEqual(5);
  const [last, next] = tries.slice(-2).map((at) => at.getTime());
  expect((next ?? 0) - (last ?? 0)).toBe(10 * 60_000);
});

it('without a broker nothing is tried, so that nothing waits longer for it afterwards', async () => {
  let asked = 0;
  let pagesRead = 0;
  let connected = false;
  const context = {
    config: { OUTBOX_RELAY_MS: 1 },
    publisher: {
      get connected() {
        asked += 1;
        return connected;
      },
    },
    outboxes: {
      async due() {
        pagesRead += 1;
        return [];
      },
    },
    outbox: { idle: async () => undefined },
    logger: { warn: () => undefined } as unknown as Logger,
  } as unknown as Context;
  const relay = startOutboxRelay(context);
  await expect.poll(() => asked).toBeGreaterThan(3);
  expect(pagesRead).toBe(0);
  connected = true;
  await expect.poll(() => pagesRead).toBeGreaterThan(0);
  await relay.stop();
});
