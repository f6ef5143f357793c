import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { webhookEvents } from '../src/domain/webhook-events.js';

it('an endpoint that subscribes to what the list names misses no event that is handled, and gets no other', async () => {
  const source = await readFile(new URL('../src/use-cases/handle-stripe-event.ts', import.meta.url), 'utf8');
  const handled = [...source.matchAll(/case '([^']+)':/g)].map((match) => match[1]);
  expect([...handled].sort()).toEqual([...webhookEvents].sort());
});
