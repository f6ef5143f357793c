import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'));
});
afterAll(() => bed?.stop());

const occurredAt = '2026-11-21T12:01:00.000Z';
const money = { amount: 4200, currency: 'SGD', occurredAt };

/** Tells it as the broker does after some tries. */
function tellAgain(event: string, attempt: number, payload: object): Promise<void> {
  return bed.receives(1, async () => {
    const headers = { 'x-origin-key': event, 'x-attempt': attempt };
    await bed.vhost.publish('order-service.events', JSON.stringify(payload), { headers });
  });
}

it('a payment whose order is lost is told to be given back, when looking again did not help', async () => {
  const orderId = newId();
  const payment = { orderId, sessionId: 'cs_test_lost', paymentIntentId: 'pi_lost', ...money };
  await tellAgain('payment.succeeded', 3, payment);
  expect(bed.toldAbout(orderId)).toEqual([]);
  await tellAgain('payment.succeeded', 4, payment);
  await tellAgain('payment.succeeded', 4, payment);
  await bed.hears(orderId, ['order.missing']);

  // And then it has gone back: there is no order to which that matters, and nothing to park.
  await tellAgain('payment.refunded', 1, { orderId, refundId: 're_lost', attempt: 1, ...money });
  expect(await bed.metrics()).toMatch(
    /events_consumed_total\{event="payment.refunded",outcome="handled"[^}]*\} 1/,
  );
});
