import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PaymentHarness } from './harness.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start();
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

describe('a refund', () => {
  it('gives the whole payment back once, however often and however close together it is asked for', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    await Promise.all([harness.askRefund(orderId), harness.askRefund(orderId)]);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    await harness.askRefund(orderId);
    await expect
      .poll(() => harness.kit.events.filter(({ event }) => event === 'payment.refunded').length)
      .toBeGreaterThan(1);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);

    const refunds = await harness.refundsAtStripe(paymentIntent);
    expect(refunds).toMatchObject([
      { amount: 8498, reason: 'requested_by_customer', metadata: { orderId, attempt: '1' } },
    ]);
    expect(harness.kit.events.at(-1)).toMatchObject({
      messageId: `payment.refunded:${refunds[0]?.id}:1`,
      payload: { refundId: refunds[0]?.id, attempt: 1, amount: 8498, currency: 'SGD' },
    });
  });

  it('for which the bank takes its time is emitted only when it is done', async () => {
    const { orderId, paymentIntent } = await harness.paid('4000000000007726');
    await harness.askRefund(orderId);
    await expect.poll(async () => (await harness.refundsAtStripe(paymentIntent)).length).toBe(1);
    const [refund] = await harness.refundsAtStripe(paymentIntent);
    expect(refund?.status).toBe('pending');
    await expect.poll(async () => (await harness.refunds().findOne({ orderId }))?.status).toBe('pending');
    await harness.expectEvents(orderId, ['payment.succeeded']);

    await harness.control('POST', `/refunds/${refund?.id}/settle`);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
  });

  it('that the bank bounces later has failed, and asked for again it is a new one', async () => {
    const { orderId, paymentIntent } = await harness.paid('4000000000005126');
    await harness.askRefund(orderId);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    const [refund] = await harness.refundsAtStripe(paymentIntent);
    await harness.control('POST', `/refunds/${refund?.id}/settle`);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded', 'payment.refund-failed']);
    expect(harness.kit.events.at(-1)?.payload).toMatchObject({
      attempt: 1,
      reason: 'expired_or_canceled_card',
    });

    await harness.askRefund(orderId, 2);
    await expect.poll(async () => (await harness.refundsAtStripe(paymentIntent)).length).toBe(2);
  });

  it('waits for Stripe when it does not answer, and is made once', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    await harness.control('POST', '/api-faults', {
      fault: 'error',
      count: 3,
      method: 'POST',
      path: '/v1/refunds',
    });
    await harness.askRefund(orderId);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(await harness.refundsAtStripe(paymentIntent)).toHaveLength(1);
  });

  it('whose answer got lost is not made twice', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    const lost = { fault: 'drop', when: 'after', count: 1, method: 'POST', path: '/v1/refunds' };
    await harness.control('POST', '/api-faults', lost);
    await harness.askRefund(orderId);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(await harness.refundsAtStripe(paymentIntent)).toHaveLength(1);
  });

  it('made by a process that died before it stored that is found by the next try', async () => {
    await harness.webhooks({ paused: true });
    const { orderId, sessionId } = await harness.opened();
    await harness.pay(sessionId);
    expect(await harness.statusOf(orderId)).toBe('paid');
    const paymentIntent = (await harness.checkout(orderId))?.paymentIntentId ?? '';
    // With another key, as after the day for which Stripe remembers keys.
    const earlier = await harness.stripe.refunds.create({
      payment_intent: paymentIntent,
      metadata: { orderId, attempt: '1' },
    });
    await harness.askRefund(orderId);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(harness.kit.events.at(-1)?.payload).toMatchObject({ refundId: earlier.id, attempt: 1 });
  });

  it('that Stripe refuses for good has failed, with its reason', async () => {
    const { orderId } = await harness.paid();
    await harness.checkouts().updateOne({ _id: orderId }, { $set: { paymentIntentId: 'pi_forgotten' } });
    await harness.askRefund(orderId);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refund-failed']);
    expect(harness.kit.events.at(-1)?.payload).toMatchObject({ attempt: 1, reason: 'resource_missing' });
  });
});

describe('money given back by hand in Stripe’s dashboard', () => {
  it('wholly: its event comes once, and a refund asked for afterwards finds it done', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    await harness.webhooks({ duplicate: 3, reorder: true });
    const refund = await harness.stripe.refunds.create({ payment_intent: paymentIntent });
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(harness.kit.events.at(-1)?.payload).toMatchObject({
      refundId: refund.id,
      attempt: 1,
      amount: 8498,
    });

    await harness.askRefund(orderId);
    await expect
      .poll(() => harness.kit.events.filter(({ event }) => event === 'payment.refunded').length)
      .toBeGreaterThan(1);
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(await harness.refundsAtStripe(paymentIntent)).toHaveLength(1);
  });

  it('in part: it is counted, and the order stays as it is until the rest is given back too', async () => {
    const { orderId, paymentIntent } = await harness.paid();
    await harness.stripe.refunds.create({ payment_intent: paymentIntent, amount: 100 });
    await expect
      .poll(() => harness.metrics())
      .toMatch(/payment_refunds_total\{outcome="partly-by-hand"[^}]*\} [1-9]/);
    await harness.expectEvents(orderId, ['payment.succeeded']);
    await harness.stripe.refunds.create({ payment_intent: paymentIntent });
    await harness.expectEvents(orderId, ['payment.succeeded', 'payment.refunded']);
    expect(harness.kit.events.at(-1)?.payload).toMatchObject({ amount: 8498, attempt: 1 });
  });
});
