import { z } from 'zod';
import { defineRpc, type RpcContract } from '../define.js';
import { timestamp } from '../primitives.js';
import type { ServiceName } from '../services.js';

/** The most dead letters that one call shows, or names. */
export const deadLettersPerPage = 50;
/** The most characters of a body that are shown. */
export const longestShownBody = 2_000;

/**
 * Why a message was put aside.
 * - `malformed`: its body is not what the contract says
 * - `exhausted`: handling it failed after every retry
 * - `failed`: handling it failed, and nobody waits for an answer who could ask again
 * - `maybe-done`: it was delivered before, carries no id, and doing it twice would be wrong
 * - `unexpected`: nobody here handles it, or it does not come from whom it should
 * - `abandoned`: its consumer ended each time it got it; the broker put it aside
 */
export const deadLetterReason = z.enum([
  'malformed',
  'exhausted',
  'failed',
  'maybe-done',
  'unexpected',
  'abandoned',
]);
/** See {@link deadLetterReason}. */
export type DeadLetterReason = z.output<typeof deadLetterReason>;

/** Names a dead letter of one service. */
export const deadLetterId = z
  .string('must be the id of a dead letter')
  .regex(/^[0-9a-f-]{32,36}$/, 'must be the id of a dead letter');

/**
 * A body as far as it can be shown: `whole`; `cut` to its beginning; `binary`, its first bytes in hexadecimal; or
 * `withheld`, not kept at all because a message of that queue holds a secret.
 */
export const shownBody = z.strictObject({
  form: z.enum(['whole', 'cut', 'binary', 'withheld']),
  text: z.string().max(longestShownBody),
  /** Of the whole body. */
  bytes: z.int().min(0),
});

/** A message that could not be handled, as people may see it. */
export const deadLetter = z.strictObject({
  id: deadLetterId,
  /** The queue on which it could not be handled. */
  queue: z.string(),
  /** The event, or the queue again for a request. */
  subject: z.string(),
  /** The service that published it; `operator` for one published by hand; null if that is not known. */
  from: z.string().nullable(),
  reason: deadLetterReason,
  firstError: z.string(),
  attempts: z.int().min(1),
  body: shownBody,
  traceId: z.string().nullable(),
  parkedAt: timestamp.nullable(),
  /** Why it can't be sent back, in a sentence; null if it can. */
  notReturnable: z.string().nullable(),
});
/** See {@link deadLetter}. */
export type DeadLetter = z.output<typeof deadLetter>;

const chosen = z.union([
  z.strictObject({ ids: z.array(deadLetterId).min(1).max(deadLettersPerPage) }),
  z.strictObject({ all: z.literal(true) }),
]);
/** The dead letters that a request is about: named ones, or all there are. */
export type ChosenDeadLetters = z.output<typeof chosen>;

const exampleId = '3b0f7c1e-8a54-4d0e-9a53-0e7b1f6f2c11';
const exampleDeadLetter: z.input<typeof deadLetter> = {
  id: exampleId,
  queue: 'cart-service.events',
  subject: 'order.paid',
  from: 'order-service',
  reason: 'exhausted',
  firstError: 'the database is away',
  attempts: 6,
  body: { form: 'whole', text: '{"orderId":"66f0a1b2c3d4e5f6012345bb"}', bytes: 38 },
  traceId: '0af7651916cd43dd8448eb211c80319c',
  parkedAt: '2026-11-21T12:01:00.000Z',
  notReturnable: null,
};

const listRequest = z.strictObject({ skip: z.int().min(0).max(1_000).default(0) });
const listResponse = z.strictObject({
  deadLetters: z.array(deadLetter).max(deadLettersPerPage),
  total: z.int().min(0),
});
const sendBackResponse = z.strictObject({
  sentBack: z.int().min(0),
  /** Those that stay, and why. */
  refused: z.array(z.strictObject({ id: deadLetterId, why: z.string() })).max(deadLettersPerPage),
  /** How many are still there. */
  remaining: z.int().min(0),
});
const discardResponse = z.strictObject({ discarded: z.int().min(0), remaining: z.int().min(0) });

function listDeadLettersOf(owner: ServiceName) {
  return defineRpc({
    queue: `list-dead-letters.${owner}`,
    owner,
    callers: ['frontend-service'],
    access: 'admin',
    effect: 'read',
    summary: `The messages that ${owner} could not handle, oldest first. Looking leaves them where they are.`,
    request: listRequest,
    response: listResponse,
    example: { request: { skip: 0 }, response: { deadLetters: [exampleDeadLetter], total: 1 } },
  });
}

/** Idempotent: what was sent back is not there any more. `all` means all that are there when it is handled. */
function sendBackDeadLettersOf(owner: ServiceName) {
  return defineRpc({
    queue: `send-back-dead-letters.${owner}`,
    owner,
    callers: ['frontend-service'],
    access: 'admin',
    effect: 'idempotent',
    summary: `Gives messages back to the very queue on which ${owner} could not handle them, as new. What can't be given back stays.`,
    timeoutMs: 10_000,
    request: chosen,
    response: sendBackResponse,
    example: { request: { ids: [exampleId] }, response: { sentBack: 1, refused: [], remaining: 0 } },
  });
}

function discardDeadLettersOf(owner: ServiceName) {
  return defineRpc({
    queue: `discard-dead-letters.${owner}`,
    owner,
    callers: ['frontend-service'],
    access: 'admin',
    effect: 'idempotent',
    summary: `Throws messages away for ever that ${owner} could not handle.`,
    timeoutMs: 10_000,
    request: chosen,
    response: discardResponse,
    example: { request: { all: true }, response: { discarded: 1, remaining: 0 } },
  });
}

/** What can be done with the dead letters of one service. */
export interface DeadLetterContracts {
  readonly list: ReturnType<typeof listDeadLettersOf>;
  readonly sendBack: ReturnType<typeof sendBackDeadLettersOf>;
  readonly discard: ReturnType<typeof discardDeadLettersOf>;
}

/** The contracts about the dead letters of one service. */
export function deadLetterContractsOf(owner: ServiceName): DeadLetterContracts {
  return {
    list: listDeadLettersOf(owner),
    sendBack: sendBackDeadLettersOf(owner),
    discard: discardDeadLettersOf(owner),
  };
}

/** The same as a list. */
export function contractsIn({ list, sendBack, discard }: DeadLetterContracts): readonly RpcContract[] {
  return [list, sendBack, discard];
}
