import {
  acceptOrder,
  cancelCheckout,
  type OrderState,
  paymentExpired,
  paymentRefunded,
  paymentRefundFailed,
  refund,
  shipOrder,
  stockShort,
} from '@micromall/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { Bed, mug, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());
beforeEach(() => bed.reset());

const admin = () => bed.newShopper('admin');
const occurredAt = '2026-11-21T12:01:00.000Z';

function refunded(orderId: string, attempt: number, refundId = `re_${attempt}`) {
  return bed.emit(paymentRefunded, { orderId, refundId, attempt, amount: 4200, currency: 'SGD', occurredAt });
}
function bounced(orderId: string, attempt: number) {
  const reason = 'expired_or_canceled_card';
  return bed.emit(paymentRefundFailed, { orderId, refundId: `re_${attempt}`, attempt, reason, occurredAt });
}
async function refundAsked(orderId: string): Promise<void> {
  const reply = await bed.call(refund, { orderId }, admin());
  expect(reply).toMatchObject({ ok: true, order: { state: 'refunding' } });
}
async function stateOf(orderId: string): Promise<OrderState> {
  return (await bed.stored(orderId)).state;
}

describe('one payment is one step', () => {
  it('however often, late and close together it is told', async () => {
    const { orderId, person } = await bed.placed();
    bed.neighbours.checkPayment = async () => ({ ok: true, status: 'paid' });
    await bed.receives(5, async () => {
      const told = Array.from({ length: 5 }, () => bed.emitPaid(orderId));
      await Promise.all([...told, bed.confirm(orderId, person), bed.confirm(orderId, person)]);
    });
    expect((await bed.stored(orderId)).history.map(({ state }) => state)).toEqual([
      'awaiting-payment',
      'paid',
    ]);
    await bed.hears(orderId, ['order.paid']);

    await bed.call(acceptOrder, { orderId }, admin());
    await bed.receives(1, () => bed.emitPaid(orderId));
    expect(await stateOf(orderId)).toBe('accepted');
    await bed.hears(orderId, ['order.paid']);
  });

  it('payment-service that is silent does not keep the shopper from seeing the order', async () => {
    const { orderId, person } = await bed.placed();
    bed.neighbours.checkPayment = async () => {
      throw new Error('Stripe is away');
    };
    expect(await bed.confirm(orderId, person)).toMatchObject({
      ok: true,
      order: { state: 'awaiting-payment' },
    });
    bed.neighbours.settleCart = async () => {
      throw new Error('the cart is away');
    };
    bed.neighbours.checkPayment = async () => ({ ok: true, status: 'paid' });
    expect(await bed.confirm(orderId, person)).toMatchObject({ ok: true, order: { state: 'paid' } });
  });
});

describe('if there is no order, the money goes back', () => {
  it('a payment of a cancelled order is refunded, once', async () => {
    const { orderId, person } = await bed.placed();
    await bed.call(cancelCheckout, { orderId }, person);
    await bed.receives(2, async () => {
      await Promise.all([bed.emitPaid(orderId), bed.emitPaid(orderId)]);
    });
    await bed.reaches(orderId, 'refunding');
    await bed.hears(orderId, ['order.cancelled', 'order.refund-requested']);
    await refunded(orderId, 1);
    await bed.reaches(orderId, 'refunded');
    // Its stock went back when it was cancelled.
    await bed.hears(orderId, ['order.cancelled', 'order.refund-requested', 'order.refunded']);
    expect(bed.told.at(-1)?.payload.lines).toEqual([]);
  });

  it.each([
    ['amount', { amount: 4199 }],
    ['currency', { currency: 'USD' }],
  ])('a payment of another %s is refunded', async (_what, payment) => {
    const { orderId } = await bed.placed();
    await bed.receives(2, async () => {
      await bed.emitPaid(orderId, payment);
      await bed.emitPaid(orderId, payment);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await bed.hears(orderId, ['order.paid', 'order.refund-requested']);
    expect(await bed.metrics()).toMatch(/order_payment_troubles_total\{kind="wrong-amount"[^}]*\} [1-9]/);
  });

  it('a paid order that can not be delivered is refunded, once', async () => {
    const { orderId } = await bed.paid();
    const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 2, available: 0 }];
    const short = () => bed.product.platform.publisher.emit(stockShort, { orderId, shortages, occurredAt });
    await bed.receives(2, async () => {
      await Promise.all([short(), short()]);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await refunded(orderId, 1);
    await bed.reaches(orderId, 'refunded');
    await bed.receives(1, short);
    expect(await stateOf(orderId)).toBe('refunded');
    await bed.hears(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });
});

describe('an expired payment page', () => {
  it('cancels the order and frees its stock, once', async () => {
    const { orderId } = await bed.placed();
    const expired = () => bed.emit(paymentExpired, { orderId, sessionId: `cs_${orderId}`, occurredAt });
    await bed.receives(2, async () => {
      await Promise.all([expired(), expired()]);
    });
    expect(await bed.stored(orderId)).toMatchObject({ state: 'cancelled', cancelReason: 'payment-expired' });
    await bed.hears(orderId, ['order.cancelled']);
  });

  it('says nothing about an order that is paid', async () => {
    const { orderId } = await bed.paid();
    await bed.receives(1, () =>
      bed.emit(paymentExpired, { orderId, sessionId: `cs_${orderId}`, occurredAt }),
    );
    expect(await stateOf(orderId)).toBe('paid');
  });
});

describe('a refund', () => {
  it('asked for twice at once is one refund, and asked for again it is the same one', async () => {
    const { orderId } = await bed.paid();
    const replies = await Promise.all([
      bed.call(refund, { orderId }, admin()),
      bed.call(refund, { orderId, reason: 'fraudulent' }, admin()),
    ]);
    for (const reply of replies) expect(reply).toMatchObject({ ok: true, order: { state: 'refunding' } });
    await refunded(orderId, 1);
    await bed.reaches(orderId, 'refunded');
    expect(await bed.call(refund, { orderId }, admin())).toMatchObject({
      ok: true,
      order: { state: 'refunded' },
    });
    await bed.hears(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('and an acceptance at once: whatever comes first, the money goes back and the order is not shipped', async () => {
    const { orderId } = await bed.paid();
    const [, given] = await Promise.all([
      bed.call(acceptOrder, { orderId }, admin()),
      bed.call(refund, { orderId }, admin()),
    ]);
    expect(given).toMatchObject({ ok: true, order: { state: 'refunding' } });
    expect(await bed.call(shipOrder, { orderId }, admin())).toMatchObject({ error: { code: 'wrong-state' } });
    expect(await stateOf(orderId)).toBe('refunding');
  });

  it('of an order that was never paid is refused with its state', async () => {
    const { orderId, person } = await bed.placed();
    expect(await bed.call(refund, { orderId }, admin())).toMatchObject({
      error: { code: 'wrong-state', details: { state: 'awaiting-payment' } },
    });
    await bed.call(cancelCheckout, { orderId }, person);
    expect(await bed.call(refund, { orderId }, admin())).toMatchObject({
      error: { code: 'wrong-state', details: { state: 'cancelled' } },
    });
  });

  it('told twice gives the stock back once', async () => {
    const { orderId } = await bed.paid();
    await refundAsked(orderId);
    await bed.receives(3, async () => {
      await Promise.all([refunded(orderId, 1), refunded(orderId, 1), refunded(orderId, 1)]);
    });
    await bed.hears(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('that the bank bounces waits for a person, and the next attempt gives no stock back a second time', async () => {
    const { orderId } = await bed.paid();
    await refundAsked(orderId);
    await refunded(orderId, 1);
    await bed.reaches(orderId, 'refunded');
    await bounced(orderId, 1);
    await bed.reaches(orderId, 'refund-failed');

    await refundAsked(orderId);
    // What is told late about the first attempt says nothing about the second.
    await bed.receives(2, async () => {
      await bounced(orderId, 1);
      await refunded(orderId, 1);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await refunded(orderId, 2);
    await bed.reaches(orderId, 'refunded');
    await bed.hears(orderId, [
      'order.paid',
      'order.refund-requested',
      'order.refunded',
      'order.refund-requested',
    ]);
    expect(bed.told.at(-1)?.messageId).toBe(`order.refund-requested:${orderId}:2`);
  });

  it('that failed before it is told as done stays failed', async () => {
    const { orderId } = await bed.paid();
    await refundAsked(orderId);
    await bed.receives(2, async () => {
      await bounced(orderId, 1);
      await refunded(orderId, 1);
    });
    expect(await stateOf(orderId)).toBe('refund-failed');
  });

  it('made by hand at Stripe: the order follows', async () => {
    const { orderId } = await bed.paid();
    await bed.receives(2, async () => {
      await Promise.all([refunded(orderId, 1, 're_hand'), refunded(orderId, 1, 're_hand')]);
    });
    await bed.reaches(orderId, 'refunded');
    expect((await bed.stored(orderId)).history.map(({ state }) => state)).toEqual([
      'awaiting-payment',
      'paid',
      'refunding',
      'refunded',
    ]);
    await bed.hears(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('told before its payment waits until the payment is told', async () => {
    const { orderId } = await bed.placed();
    await bed.receives(1, () => refunded(orderId, 1));
    expect(await stateOf(orderId)).toBe('awaiting-payment');
    await bed.emitPaid(orderId);
    await bed.reaches(orderId, 'refunded');
  });
});

it('a payment of an order that nobody knows is tried again, for it must not get lost', async () => {
  await bed.receives(1, () => bed.emitPaid(newId()));
  expect(await bed.metrics()).toMatch(
    /events_consumed_total\{event="payment.succeeded",outcome="retried"[^}]*\} [1-9]/,
  );
});
