import { randomBytes } from 'node:crypto';
import type { Options } from 'amqplib';

/** A message that no contract allows, as somebody's broken program might send it. */
export interface Malformed {
  readonly content: Buffer;
  readonly properties: Options.Publish;
}

const bigBytes = 512 * 1_024;
const deepLevels = 20_000;
/** One in so many is half a megabyte: enough to be felt, and little enough for a laptop. */
const bigEvery = 250;

const bodies: readonly (() => string | Buffer)[] = [
  () => '',
  () => 'not JSON at all',
  () => '{"orderId":',
  () => 'null',
  () => '[]',
  () => '42',
  () => '"a text"',
  () => '{"orderId":{"$ne":null},"email":["a"],"qty":"many","price":1e400,"id":-1}',
  () => '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"productIds":"all"}',
  () => `${'['.repeat(deepLevels)}${']'.repeat(deepLevels)}`,
  () => `${'{"a":'.repeat(deepLevels)}1${'}'.repeat(deepLevels)}`,
  () => randomBytes(256),
  () => Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x80]),
];

const headers: readonly Record<string, unknown>[] = [
  {},
  { traceparent: 'not-a-trace', 'x-deadline': 'yesterday' },
  { traceparent: 42, 'x-attempt': -7, 'x-identity': { sub: 'admin' } },
  { 'x-attempt': 'many', 'x-origin-key': 'order.paid', 'x-origin-queue': ['a', 'b'] },
  { 'x-first-error': 'x'.repeat(5_000), 'x-identity': 'eyJhbGciOiJub25lIn0.e30.' },
];

/** The malformed message of a number: the same kind for the same number. */
export function malformedMessage(number: number): Malformed {
  const body = bodies[number % bodies.length]?.() ?? '';
  const isBig = number % bigEvery === bigEvery - 1;
  return {
    content: isBig ? randomBytes(bigBytes) : Buffer.from(body),
    properties: {
      contentType: number % 3 === 0 ? 'application/json' : 'image/png',
      headers: headers[number % headers.length],
    },
  };
}
