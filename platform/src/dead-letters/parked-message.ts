import { createHash } from 'node:crypto';
import {
  type DeadLetter,
  deadLetterReason,
  deliveryLimit,
  names,
  type ServiceName,
  serviceNames,
} from '@micromall/contracts';
import type { Message } from 'amqplib';
import { z } from 'zod';
import { headerNames, numberHeader, textHeader } from '../broker/headers.js';
import { type Origin, recordedOrigin } from '../broker/origin.js';
import { traceIdOf } from '../trace.js';
import { bodyExcerpt } from './body-excerpt.js';

/** A message in the dead letters, as far as its headers can be trusted. */
export interface ParkedMessage extends Omit<DeadLetter, 'notReturnable' | 'body'> {
  readonly message: Message;
  /** Undefined if it is not known who published it. */
  readonly origin: Origin | undefined;
  /** How many bytes its body had, if it was not kept. */
  readonly withheldBytes: number | undefined;
}

/** What RabbitMQ records in a message that it put aside itself (https://www.rabbitmq.com/docs/dlx#effects). */
const deaths = z.array(
  z.object({
    'routing-keys': z.array(z.string()),
    time: z.object({ value: z.number() }).optional(),
  }),
);

/**
 * Reads a parked message. Every service may write into every dead-letter queue, so its headers count only if
 * the owner of the queue wrote them itself; the broker has checked `userId`.
 */
export function readParked(message: Message, service: ServiceName): ParkedMessage {
  const user: unknown = message.properties.userId;
  const traceId = traceIdOf(message.properties.headers?.[headerNames.traceparent]) ?? null;
  const death = deaths.safeParse(message.properties.headers?.['x-death']).data?.[0];
  const eventQueue = names.eventQueue(service);

  if (user === service) {
    const origin = recordedOrigin(message);
    const reason = deadLetterReason.safeParse(textHeader(message, headerNames.reason));
    const queue = textHeader(message, headerNames.originQueue) ?? eventQueue;
    return {
      message,
      id: textHeader(message, headerNames.parkedId) ?? fingerprint(message),
      queue,
      subject: origin && queue === eventQueue ? origin.key : queue,
      from: nameOf(origin),
      origin,
      // One that was on its way through the retries when its consumer ended again and again.
      reason: reason.success ? reason.data : 'abandoned',
      firstError: textHeader(message, headerNames.firstError)?.slice(0, longestError) ?? abandonedText,
      attempts: attemptsOf(message),
      traceId,
      parkedAt: textHeader(message, headerNames.parkedAt) ?? timeOf(death),
      withheldBytes: numberHeader(message, headerNames.withheldBytes),
    };
  }
  const emitter = serviceNames.find((name) => name === user);
  const key = death?.['routing-keys'][0];
  // What another service's user published can only have been an event of its own.
  const origin =
    emitter && key !== undefined ? { exchange: names.eventExchange(emitter), key, user: emitter } : undefined;
  return {
    message,
    id: fingerprint(message),
    queue: eventQueue,
    subject: key ?? message.fields.routingKey,
    from: nameOf(origin),
    origin,
    reason: death ? 'abandoned' : 'unexpected',
    firstError: death ? abandonedText : 'It was put here by hand.',
    attempts: death ? deliveryLimit + 1 : 1,
    traceId,
    parkedAt: timeOf(death),
    withheldBytes: undefined,
  };
}

/** What people may see of a parked message. `notReturnable`: why it can't be sent back; null if it can. */
export function toDeadLetter(parked: ParkedMessage, notReturnable: string | null): DeadLetter {
  const { message, origin: _origin, withheldBytes, ...visible } = parked;
  const body =
    withheldBytes === undefined
      ? bodyExcerpt(message.content)
      : ({ form: 'withheld', text: '', bytes: withheldBytes } as const);
  return { ...visible, body, notReturnable };
}

/** In characters: a page of dead letters must fit into one message. */
const longestError = 1_000;
const abandonedText = 'Its consumer ended each time it got it; no error is known.';

/** Whoever published it may have sent this header along. */
function attemptsOf(message: Message): number {
  const attempts = numberHeader(message, headerNames.attempt);
  return attempts !== undefined && Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 1;
}

function nameOf(origin: Origin | undefined): string | null {
  if (!origin) return null;
  return origin.exchange === '' ? 'operator' : (origin.user ?? null);
}

function timeOf(death: z.output<typeof deaths>[number] | undefined): string | null {
  return death?.time ? new Date(death.time.value * 1_000).toISOString() : null;
}

/** Names a message that the broker put aside: the same at each scan. */
function fingerprint({ content, properties }: Message): string {
  const { messageId, correlationId, headers = {} } = properties;
  const rest = JSON.stringify([messageId, correlationId, headers['x-death']]);
  return createHash('sha256').update(content).update(rest).digest('hex').slice(0, 32);
}
