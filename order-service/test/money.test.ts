import {
  acceptOrder,
  type OrderState,
  paymentExpired,
  paymentRefunded,
  paymentRefundFailed,
  refund,
  shipOrder,
  stockShort,
} from '@micromall/contracts';
import { newId, type Person } from '@micromall/test-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mug, OrderHarness } from './harness.js';

let harness: OrderHarness;
let admin: Person;
beforeAll(async () => {
  harness = await OrderHarness.start();
  admin = await harness.person('admin');
});
afterAll(() => harness?.stop());
beforeEach(() => harness.reset());

const occurredAt = '2026-11-21T12:01:00.000Z';

function refunded(orderId: string, attempt: number, refundId = `re_${attempt}`, amount = 4200) {
  return harness.emit(paymentRefunded, { orderId, refundId, attempt, amount, currency: 'SGD', occurredAt });
}
function bounced(orderId: string, attempt: number) {
  const reason = 'expired_or_canceled_card';
  return harness.emit(paymentRefundFailed, {
    orderId,
    refundId: `re_${attempt}`,
    attempt,
    reason,
    occurredAt,
  });
}
async function refundAsked(orderId: string): Promise<void> {
  const reply = await harness.call(refund, { orderId }, admin);
  expect(reply).toMatchObject({ ok: true, order: { state: 'refunding' } });
}
async function stateOf(orderId: string): Promise<OrderState> {
  return (await harness.stored(orderId)).state;
}

describe('one payment is one transition', () => {
  it('however often, late and close together its events come', async () => {
    const { orderId, person } = await harness.placed();
    harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
    await harness.consumes(5, async () => {
      const events = Array.from({ length: 5 }, () => harness.emitPaid(orderId));
      await Promise.all([...events, harness.confirm(orderId, person), harness.confirm(orderId, person)]);
    });
    expect(await harness.statesOf(orderId)).toEqual(['awaiting-payment', 'paid']);
    await harness.expectEvents(orderId, ['order.paid']);

    await harness.call(acceptOrder, { orderId }, admin);
    await harness.consumes(1, () => harness.emitPaid(orderId));
    expect(await stateOf(orderId)).toBe('accepted');
    await harness.expectEvents(orderId, ['order.paid']);
  });

  it('payment-service that does not answer keeps no shopper from seeing the order', async () => {
    const { orderId, person } = await harness.placed();
    harness.answers.checkPayment = async () => {
      throw new Error('Stripe is away');
    };
    expect(await harness.confirm(orderId, person)).toMatchObject({
      ok: true,
      order: { state: 'awaiting-payment' },
    });
    harness.answers.settleCart = async () => {
      throw new Error('the cart is away');
    };
    harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
    expect(await harness.confirm(orderId, person)).toMatchObject({ ok: true, order: { state: 'paid' } });
  });
});

describe('if there is no order, the money goes back', () => {
  it('a payment of a cancelled order is refunded, once', async () => {
    const { orderId, person } = await harness.placed();
    await harness.cancel(orderId, person);
    await harness.consumes(2, async () => {
      await Promise.all([harness.emitPaid(orderId), harness.emitPaid(orderId)]);
    });
    await harness.reaches(orderId, 'refunding');
    await harness.expectEvents(orderId, ['order.cancelled', 'order.refund-requested']);
    await refunded(orderId, 1);
    await harness.reaches(orderId, 'refunded');
    // Its stock went back when it was cancelled.
    await harness.expectEvents(orderId, ['order.cancelled', 'order.refund-requested', 'order.refunded']);
    expect(harness.kit.events.at(-1)?.payload.lines).toEqual([]);
  });

  it.each([
    ['amount', { amount: 4199 }],
    ['currency', { currency: 'USD' }],
  ])('a payment of another %s is refunded', async (_what, payment) => {
    const { orderId } = await harness.placed();
    await harness.consumes(2, async () => {
      await harness.emitPaid(orderId, payment);
      await harness.emitPaid(orderId, payment);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested']);
    expect(await harness.metrics()).toMatch(
      /order_payment_anomalies_total\{kind="wrong-amount"[^}]*\} [1-9]/,
    );
  });

  it('a paid order that can not be delivered is refunded, once', async () => {
    const { orderId } = await harness.paid();
    const shortages = [{ productId: mug, name: 'Stoneware mug', wanted: 2, available: 0 }];
    const short = () =>
      harness.product.platform.publisher.emit(stockShort, { orderId, shortages, occurredAt });
    await harness.consumes(2, async () => {
      await Promise.all([short(), short()]);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await refunded(orderId, 1);
    await harness.reaches(orderId, 'refunded');
    await harness.consumes(1, short);
    expect(await stateOf(orderId)).toBe('refunded');
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });
});

describe('an expired payment page', () => {
  it('cancels the order and frees its stock, once', async () => {
    const { orderId } = await harness.placed();
    const expired = () => harness.emit(paymentExpired, { orderId, sessionId: `cs_${orderId}`, occurredAt });
    await harness.consumes(2, async () => {
      await Promise.all([expired(), expired()]);
    });
    expect(await harness.stored(orderId)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'payment-expired',
    });
    await harness.expectEvents(orderId, ['order.cancelled']);
  });

  it('changes nothing of an order that is paid', async () => {
    const { orderId } = await harness.paid();
    await harness.consumes(1, () =>
      harness.emit(paymentExpired, { orderId, sessionId: `cs_${orderId}`, occurredAt }),
    );
    expect(await stateOf(orderId)).toBe('paid');
  });
});

describe('a refund', () => {
  it('asked for twice at once is one refund, and asked for again it is the same one', async () => {
    const { orderId } = await harness.paid();
    const replies = await Promise.all([
      harness.call(refund, { orderId }, admin),
      harness.call(refund, { orderId, reason: 'fraudulent' }, admin),
    ]);
    for (const reply of replies) expect(reply).toMatchObject({ ok: true, order: { state: 'refunding' } });
    await refunded(orderId, 1);
    await harness.reaches(orderId, 'refunded');
    expect(await harness.call(refund, { orderId }, admin)).toMatchObject({
      ok: true,
      order: { state: 'refunded' },
    });
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('and an acceptance at once: whatever comes first, the money goes back and the order is not shipped', async () => {
    const { orderId } = await harness.paid();
    const [, given] = await Promise.all([
      harness.call(acceptOrder, { orderId }, admin),
      harness.call(refund, { orderId }, admin),
    ]);
    expect(given).toMatchObject({ ok: true, order: { state: 'refunding' } });
    expect(await harness.call(shipOrder, { orderId }, admin)).toMatchObject({
      error: { code: 'wrong-state' },
    });
    expect(await stateOf(orderId)).toBe('refunding');
  });

  it('of an order that was never paid is refused with its state', async () => {
    const { orderId, person } = await harness.placed();
    expect(await harness.call(refund, { orderId }, admin)).toMatchObject({
      error: { code: 'wrong-state', details: { state: 'awaiting-payment' } },
    });
    await harness.cancel(orderId, person);
    expect(await harness.call(refund, { orderId }, admin)).toMatchObject({
      error: { code: 'wrong-state', details: { state: 'cancelled' } },
    });
  });

  it('whose event comes twice gives the stock back once', async () => {
    const { orderId } = await harness.paid();
    await refundAsked(orderId);
    await harness.consumes(3, async () => {
      await Promise.all([refunded(orderId, 1), refunded(orderId, 1), refunded(orderId, 1)]);
    });
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('that the bank bounces waits for a person, and the next attempt gives no stock back a second time', async () => {
    const { orderId } = await harness.paid();
    await refundAsked(orderId);
    await refunded(orderId, 1);
    await harness.reaches(orderId, 'refunded');
    await bounced(orderId, 1);
    await harness.reaches(orderId, 'refund-failed');

    await refundAsked(orderId);
    // A late event of the first attempt says nothing about the second.
    await harness.consumes(2, async () => {
      await bounced(orderId, 1);
      await refunded(orderId, 1);
    });
    expect(await stateOf(orderId)).toBe('refunding');
    await refunded(orderId, 2);
    await harness.reaches(orderId, 'refunded');
    await harness.expectEvents(orderId, [
      'order.paid',
      'order.refund-requested',
      'order.refunded',
      'order.refund-requested',
    ]);
    expect(harness.kit.events.at(-1)?.messageId).toBe(`order.refund-requested:${orderId}:2`);
  });

  it('that failed before the event of its success comes stays failed', async () => {
    const { orderId } = await harness.paid();
    await refundAsked(orderId);
    await harness.consumes(2, async () => {
      await bounced(orderId, 1);
      await refunded(orderId, 1);
    });
    expect(await stateOf(orderId)).toBe('refund-failed');
  });

  it('made by hand at Stripe: the order follows', async () => {
    const { orderId } = await harness.paid();
    await harness.consumes(2, async () => {
      await Promise.all([refunded(orderId, 1, 're_hand'), refunded(orderId, 1, 're_hand')]);
    });
    await harness.reaches(orderId, 'refunded');
    expect(await harness.statesOf(orderId)).toEqual(['awaiting-payment', 'paid', 'refunding', 'refunded']);
    await harness.expectEvents(orderId, ['order.paid', 'order.refund-requested', 'order.refunded']);
  });

  it('whose event comes before that of its payment waits for the payment', async () => {
    const { orderId } = await harness.placed();
    await harness.consumes(1, () => refunded(orderId, 1));
    expect(await stateOf(orderId)).toBe('awaiting-payment');
    await harness.emitPaid(orderId);
    await harness.reaches(orderId, 'refunded');
  });
});

describe('in the metrics, money that goes back never exceeds money that arrived', () => {
  async function counted() {
    const [arrived, back] = await Promise.all(
      ['revenue', 'refunded'].map((name) => harness.sample(`shop_${name}_minor_units_total{currency="SGD"`)),
    );
    return { arrived: arrived ?? 0, back: back ?? 0 };
  }
  /** What was counted while an order lived, when all of its money has gone back. */
  async function countedFor(life: () => Promise<void>) {
    const before = await counted();
    await life();
    const after = await counted();
    return { arrived: after.arrived - before.arrived, back: after.back - before.back };
  }

  it('of an order that was cancelled and then paid', async () => {
    const life = async () => {
      const { orderId, person } = await harness.placed();
      await harness.cancel(orderId, person);
      await harness.consumes(2, async () => {
        await Promise.all([harness.emitPaid(orderId), harness.emitPaid(orderId)]);
      });
      await refunded(orderId, 1);
      await harness.reaches(orderId, 'refunded');
    };
    expect(await countedFor(life)).toEqual({ arrived: 4200, back: 4200 });
  });

  it('of a refund that the bank bounces, twice', async () => {
    const life = async () => {
      const { orderId } = await harness.paid();
      for (const attempt of [1, 2, 3]) {
        await refundAsked(orderId);
        await harness.consumes(2, async () => {
          await Promise.all([refunded(orderId, attempt), refunded(orderId, attempt)]);
        });
        if (attempt < 3) await harness.consumes(1, () => bounced(orderId, attempt));
      }
      expect(await stateOf(orderId)).toBe('refunded');
    };
    expect(await countedFor(life)).toEqual({ arrived: 4200, back: 4200 });
  });

  it('of another amount than the order costs: what Stripe took counts', async () => {
    const life = async () => {
      const { orderId } = await harness.placed();
      await harness.emitPaid(orderId, { amount: 4100 });
      await harness.reaches(orderId, 'refunding');
      await refunded(orderId, 1, 're_1', 4100);
      await harness.reaches(orderId, 'refunded');
    };
    expect(await countedFor(life)).toEqual({ arrived: 4100, back: 4100 });
  });

  it('of a payment whose event comes after that of its refund', async () => {
    const life = async () => {
      const { orderId, person } = await harness.placed();
      harness.answers.checkPayment = async () => ({ ok: true, status: 'paid' });
      await harness.confirm(orderId, person);
      await refundAsked(orderId);
      await refunded(orderId, 1);
      await harness.reaches(orderId, 'refunded');
      await harness.consumes(1, () => harness.emitPaid(orderId));
      expect((await harness.stored(orderId)).payment).toMatchObject({ amount: 4200 });
    };
    expect(await countedFor(life)).toEqual({ arrived: 4200, back: 4200 });
  });
});

it('a payment of an order that is not there is tried again, for it must not get lost', async () => {
  await harness.consumes(1, () => harness.emitPaid(newId()));
  expect(await harness.metrics()).toMatch(
    /events_consumed_total\{event="payment.succeeded",outcome="retried"[^}]*\} [1-9]/,
  );
});

describe('a payment whose order is lost', () => {
  const money = { amount: 4200, currency: 'SGD', occurredAt };

  /** Delivers it as the broker does after some tries. */
  function redeliver(event: string, attempt: number, payload: object): Promise<void> {
    return harness.consumes(1, async () => {
      const headers = { 'x-origin-key': event, 'x-attempt': attempt };
      await harness.kit.vhost.publish('order-service.events', JSON.stringify(payload), { headers });
    });
  }

  it('goes back, when trying again did not help', async () => {
    const orderId = newId();
    const payment = { orderId, sessionId: 'cs_test_lost', paymentIntentId: 'pi_lost', ...money };
    await redeliver('payment.succeeded', 3, payment);
    expect(harness.kit.eventsAbout(orderId)).toEqual([]);
    await redeliver('payment.succeeded', 4, payment);
    await redeliver('payment.succeeded', 4, payment);
    await harness.expectEvents(orderId, ['order.missing']);

    // And then it has gone back: there is no order to which that matters, and nothing to park.
    const handled = 'events_consumed_total{event="payment.refunded",outcome="handled"';
    const before = (await harness.sample(handled)) ?? 0;
    await redeliver('payment.refunded', 1, { orderId, refundId: 're_lost', attempt: 1, ...money });
    expect(await harness.sample(handled)).toBe(before + 1);
  });
});
