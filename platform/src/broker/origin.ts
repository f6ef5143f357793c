import { names, type ServiceName } from '@micromall/contracts';
import type { Message, MessagePropertyHeaders } from 'amqplib';
import { headerNames, textHeader } from './headers.js';

/** How a message first came to the broker. */
export interface Origin {
  /** The exchange to which it was published; the default one, '', is the operator's. */
  readonly exchange: string;
  readonly key: string;
  /** The broker user who published it, if it said so; the broker has checked it. */
  readonly user: string | undefined;
}

/** Headers that the broker writes, or that would route a copy further than the original went. */
const notCarried = [
  'CC',
  'BCC',
  'x-death',
  'x-first-death-exchange',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-last-death-exchange',
  'x-last-death-queue',
  'x-last-death-reason',
  'x-delivery-count',
  'x-acquired-count',
  headerNames.identity,
  headerNames.deadline,
];

/**
 * Where a message that a service received was first published. What its headers say about that counts only if the
 * service itself wrote them: it came back from the service's own retries or dead letters, or the operator sent it.
 */
export function originOf(message: Message, service: ServiceName): Origin {
  const here = publishedAt(message);
  if (here.exchange !== '' && here.exchange !== names.returnedExchange(service)) return here;
  const recorded = recordedOrigin(message);
  if (recorded) return recorded;
  // A person who sends an event into a queue by hand names it so.
  const key = textHeader(message, headerNames.originKey);
  return key === undefined ? here : { ...here, key };
}

/** The origin that {@link originHeaders} wrote. */
export function recordedOrigin(message: Message): Origin | undefined {
  const exchange = textHeader(message, headerNames.originExchange);
  const key = textHeader(message, headerNames.originKey);
  if (exchange === undefined || key === undefined) return undefined;
  return { exchange, key, user: textHeader(message, headerNames.originUser) };
}

function publishedAt(message: Message): Origin {
  const user: unknown = message.properties.userId;
  const { exchange, routingKey } = message.fields;
  return { exchange, key: routingKey, user: typeof user === 'string' ? user : undefined };
}

/** Headers that record in a copy where the original came from. */
export function originHeaders({ exchange, key, user }: Origin): Record<string, string> {
  return {
    [headerNames.originExchange]: exchange,
    [headerNames.originKey]: key,
    ...(user === undefined ? {} : { [headerNames.originUser]: user }),
  };
}

/** What a copy takes over from the original's headers. */
export function carriedHeaders({
  headers = {},
}: {
  headers?: MessagePropertyHeaders | undefined;
}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notCarried.includes(name)));
}

/** The properties by which a copy is known to be the same message. */
export function carriedProperties({ messageId, correlationId, contentType }: Message['properties']): {
  messageId?: string;
  correlationId?: string;
  contentType?: string;
} {
  return {
    ...(messageId === undefined ? {} : { messageId: String(messageId) }),
    ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }),
    ...(contentType === undefined ? {} : { contentType: String(contentType) }),
  };
}
