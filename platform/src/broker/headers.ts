import type { Message } from 'amqplib';

/** The message headers that services agree on, beside RabbitMQ's own. */
export const headerNames = {
  traceparent: 'traceparent',
  /** Milliseconds since 1970: after this nobody waits for the answer. */
  deadline: 'x-deadline',
  identity: 'x-identity',
  /** Which try this is, from 1. */
  attempt: 'x-attempt',
  /** Where a retried or parked message was first published. */
  originExchange: 'x-origin-exchange',
  originKey: 'x-origin-key',
  originUser: 'x-origin-user',
  originQueue: 'x-origin-queue',
  reason: 'x-reason',
  /** What the first failure said. */
  firstError: 'x-first-error',
  parkedAt: 'x-parked-at',
  parkedId: 'x-parked-id',
  /** How many bytes a body had that was not kept because it holds a secret. */
  withheldBytes: 'x-withheld-bytes',
} as const;

/** A header that must be a text; anything else counts as missing. */
export function textHeader(message: Message, name: string): string | undefined {
  const value: unknown = message.properties.headers?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** A header that must be a number; anything else counts as missing. */
export function numberHeader(message: Message, name: string): number | undefined {
  const value: unknown = message.properties.headers?.[name];
  return typeof value === 'number' ? value : undefined;
}
