import { getOrder, getOrders } from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OrderHarness } from './harness.js';

let harness: OrderHarness;
beforeAll(async () => {
  harness = await OrderHarness.start();
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

async function tokenOf(orderId: string): Promise<string> {
  return (await harness.stored(orderId)).cancelToken ?? '';
}

describe('the secret of a checkout', () => {
  it('is another for each order, and payment-service gets it with the checkout', async () => {
    const one = await harness.placed();
    const other = await harness.placed();
    const sent = harness.kit.requestsOf('open-checkout');
    const tokens = [await tokenOf(one.orderId), await tokenOf(other.orderId)];
    expect(sent).toMatchObject(tokens.map((cancelToken) => ({ cancelToken })));
    expect(new Set(tokens).size).toBe(2);
    // 16 random bytes.
    for (const token of tokens) expect(token).toMatch(/^[\w-]{22}$/);
  });

  it('is the same at each try, so that the request to Stripe stays the same', async () => {
    const person = await harness.person();
    const checkoutId = '0b9ff2c4-8f39-4d2a-9a53-1d1f3ad4c6f1';
    const usual = harness.answers.openCheckout;
    harness.answers.openCheckout = async () => ({
      ok: false,
      error: { code: 'stripe-unavailable', message: 'no', details: undefined },
    });
    await harness.place(person, checkoutId);
    harness.answers.openCheckout = usual;
    await harness.place(person, checkoutId);
    const [first, second] = harness.kit.requestsOf('open-checkout');
    expect(second).toEqual(first);
  });

  it('that is wrong ends no checkout; the right one, or a call without any, does', async () => {
    const one = await harness.placed();
    const other = await harness.placed();
    const wrong = await harness.cancel(one.orderId, one.person, await tokenOf(other.orderId));
    expect(wrong).toMatchObject({ ok: false, error: { code: 'wrong-token' } });
    expect(harness.kit.requestsOf('expire-checkout')).toEqual([]);
    expect(await harness.statesOf(one.orderId)).toEqual(['awaiting-payment']);

    const right = await harness.cancel(one.orderId, one.person, await tokenOf(one.orderId));
    expect(right).toMatchObject({ ok: true, order: { state: 'cancelled' } });
    const without = await harness.cancel(other.orderId, other.person);
    expect(without).toMatchObject({ ok: true, order: { state: 'cancelled' } });
  });

  it('that an order from before has not got fits no token, and its shopper can end it all the same', async () => {
    const { orderId, person } = await harness.placed();
    await harness.orders().updateOne({ _id: orderId }, { $unset: { cancelToken: 1 } });
    const guessed = await harness.cancel(orderId, person, 'x'.repeat(22));
    expect(guessed).toMatchObject({ ok: false, error: { code: 'wrong-token' } });
    expect(await harness.cancel(orderId, person)).toMatchObject({ ok: true, order: { state: 'cancelled' } });
  });

  it('is told to nobody else', async () => {
    const { orderId, person } = await harness.paid();
    const token = await tokenOf(orderId);
    const replies = [
      await harness.call(getOrder, { orderId }, person),
      await harness.call(getOrders, { userId: person.userId }, person),
      await harness.confirm(orderId, person),
      harness.kit.events,
    ];
    expect(JSON.stringify(replies)).not.toContain(token);
  });
});
