import { currentTrace, newTraceId, runInTrace } from '@micromall/platform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inPurchaseTrace } from '../src/use-cases/in-purchase-trace.js';
import { PaymentHarness } from './harness.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start();
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

describe('the event of a payment belongs to the trace of its "Pay now"', () => {
  async function paidInTrace(traceId: string): Promise<{ orderId: string; sessionId: string }> {
    const opened = await runInTrace({ traceId }, () => harness.opened());
    await harness.pay(opened.sessionId);
    return opened;
  }
  const traceOf = (orderId: string) =>
    harness.base.events.find(
      ({ event, payload }) => event === 'payment.succeeded' && payload.orderId === orderId,
    )?.traceId;

  it('when the webhook brings it', async () => {
    const traceId = newTraceId();
    const { orderId, sessionId } = await paidInTrace(traceId);
    await harness.expectEvents(orderId, ['payment.succeeded']);
    expect(traceOf(orderId)).toBe(traceId);
    const session = await harness.stripe.checkout.sessions.retrieve(sessionId);
    expect(session.metadata?.traceId).toBe(traceId);
  });

  it('when the shop asks, in whatever trace it asks', async () => {
    await harness.webhooks({ paused: true });
    const traceId = newTraceId();
    const { orderId } = await paidInTrace(traceId);
    expect(await runInTrace({ traceId: newTraceId() }, () => harness.statusOf(orderId))).toBe('paid');
    await harness.expectEvents(orderId, ['payment.succeeded']);
    expect(traceOf(orderId)).toBe(traceId);
  });
});

it('text that is no trace id, typed into the metadata at Stripe, names no trace', () => {
  const own = newTraceId();
  const seen = runInTrace({ traceId: own }, () =>
    ['', 'x'.repeat(32), '{"$ne":null}'].map((traceId) => inPurchaseTrace({ traceId }, currentTrace)),
  );
  expect(seen).toEqual([{ traceId: own }, { traceId: own }, { traceId: own }]);
});
