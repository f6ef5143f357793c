import { newTraceId, runInTrace } from '@micromall/platform';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { inPurchaseTrace, purchaseTrace } from '../src/domain/purchase-trace.js';
import { Bed } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

describe('what is heard of a payment belongs to the trace of its "Pay now"', () => {
  async function paidInTrace(traceId: string): Promise<{ orderId: string; sessionId: string }> {
    const opened = await runInTrace({ traceId }, () => bed.opened());
    await bed.pay(opened.sessionId);
    return opened;
  }
  const traceToldOf = (orderId: string) =>
    bed.told.find((told) => told.event === 'payment.succeeded' && told.payload.orderId === orderId)?.traceId;

  it('when the webhook tells it', async () => {
    const traceId = newTraceId();
    const { orderId, sessionId } = await paidInTrace(traceId);
    await bed.hears(orderId, ['payment.succeeded']);
    expect(traceToldOf(orderId)).toBe(traceId);
    const session = await bed.stripe.checkout.sessions.retrieve(sessionId);
    expect(session.metadata?.traceId).toBe(traceId);
  });

  it('when the shop asks, in whatever trace it asks', async () => {
    await bed.webhooks({ paused: true });
    const traceId = newTraceId();
    const { orderId } = await paidInTrace(traceId);
    expect(await runInTrace({ traceId: newTraceId() }, () => bed.statusOf(orderId))).toBe('paid');
    await bed.hears(orderId, ['payment.succeeded']);
    expect(traceToldOf(orderId)).toBe(traceId);
  });
});

it('text that is no trace id, typed into the metadata at Stripe, names no trace', () => {
  const own = newTraceId();
  const seen = runInTrace({ traceId: own }, () =>
    ['', 'x'.repeat(32), '{"$ne":null}'].map((traceId) => inPurchaseTrace({ traceId }, purchaseTrace)),
  );
  expect(seen).toEqual([{ traceId: own }, { traceId: own }, { traceId: own }]);
});
