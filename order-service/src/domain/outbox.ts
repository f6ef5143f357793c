import { z } from 'zod';
import type { OutboxMessage } from './order.js';

/** A message that can't be sent is tried again at least this often, in milliseconds. */
const longestPauseMs = 10 * 60_000;

/**
 * When an outbox is tried again: after `firstMs`, twice that, four times that … at most ten minutes.
 * @param attempts how many times it was tried in vain before
 */
export function nextTryAt(attempts: number, now: Date, firstMs: number): Date {
  return new Date(now.getTime() + Math.min(longestPauseMs, firstMs * 2 ** attempts));
}

const happening = z.object({ occurredAt: z.coerce.date() });

/** When what a message reports happened. */
export function occurredAt({ payload }: OutboxMessage): Date {
  return happening.parse(payload).occurredAt;
}
