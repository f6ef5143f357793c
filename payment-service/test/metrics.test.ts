import { orderPaid } from '@micromall/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { operationOf } from '../src/stripe/measured-client.js';
import { Bed, newId } from './bed.js';

let bed: Bed;
beforeAll(async () => {
  bed = await Bed.start(inject('managementUrl'), inject('mongoUrl'), { SWEEP_MS: '100' });
});
afterAll(() => bed?.stop());
afterEach(() => bed.reset());

/** The value of the series that begins with this text; undefined if there is none. */
async function sampleOf(series: string): Promise<number | undefined> {
  const line = (await bed.metrics()).split('\n').find((each) => each.startsWith(series));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

function orderKnows(orderId: string): Promise<void> {
  return bed.order.platform.publisher.emit(orderPaid, {
    orderId,
    number: 'MM-7K3Q-9F2D',
    userId: newId(),
    occurredAt: new Date().toISOString(),
    lines: [{ productId: newId(), quantity: 1 }],
    total: 4_200,
    currency: 'SGD',
  });
}

async function tellsOfPaymentsWithoutOrder(count: number): Promise<void> {
  await expect.poll(() => sampleOf('payment_without_order{'), { timeout: 10_000 }).toBe(count);
}

describe('a payment without an order', () => {
  it('is one of which no order knows a minute after it was told, until one does', async () => {
    const { orderId } = await bed.paid();
    await tellsOfPaymentsWithoutOrder(0);
    await bed.checkouts().updateOne({ _id: orderId }, { $set: { paidAt: new Date(Date.now() - 61_000) } });
    await tellsOfPaymentsWithoutOrder(1);
    await orderKnows(orderId);
    await tellsOfPaymentsWithoutOrder(0);
  });

  it('is none when its order asks for the money to go back', async () => {
    const { orderId } = await bed.paid();
    await bed.checkouts().updateOne({ _id: orderId }, { $set: { paidAt: new Date(Date.now() - 61_000) } });
    await tellsOfPaymentsWithoutOrder(1);
    await bed.askRefund(orderId);
    await tellsOfPaymentsWithoutOrder(0);
  });

  it('is none when the word of its order is quicker than the own note of the payment', async () => {
    const { orderId, sessionId } = await bed.opened();
    await orderKnows(orderId);
    await expect.poll(async () => (await bed.checkout(orderId))?.orderKnowsAt).toBeInstanceOf(Date);
    await bed.pay(sessionId);
    await expect.poll(async () => (await bed.checkout(orderId))?.settled, { timeout: 10_000 }).toBe(true);
    await bed.checkouts().updateOne({ _id: orderId }, { $set: { paidAt: new Date(0) } });
    const looks = (await sampleOf('stripe_requests_total{operation="GET /v1/checkout/sessions/:id"')) ?? 0;
    // Another checkout is looked at by a sweep that comes after this moment.
    const other = await bed.opened();
    await bed.checkouts().updateOne({ _id: other.orderId }, { $set: { nextLookAt: new Date(0) } });
    await expect
      .poll(() => sampleOf('stripe_requests_total{operation="GET /v1/checkout/sessions/:id"'))
      .toBeGreaterThan(looks);
    await tellsOfPaymentsWithoutOrder(0);
  });
});

describe('requests to Stripe', () => {
  it('are counted and timed by operation and outcome', async () => {
    const created = 'stripe_requests_total{operation="POST /v1/checkout/sessions",outcome="ok"';
    const before = (await sampleOf(created)) ?? 0;
    await bed.opened();
    expect(await sampleOf(created)).toBe(before + 1);
    expect(
      await sampleOf(
        'stripe_request_duration_seconds_count{service="payment-service",operation="POST /v1/checkout/sessions"',
      ),
    ).toBe(before + 1);
  });

  it('that fail are counted each time', async () => {
    const { orderId } = await bed.opened();
    await bed.control('POST', '/api-faults', { fault: 'error', count: 1, method: 'GET' });
    expect(await bed.statusOf(orderId)).toBe('open');
    expect(
      await sampleOf('stripe_requests_total{operation="GET /v1/checkout/sessions/:id",outcome="failed"'),
    ).toBe(1);
  });

  it.each([
    ['POST', '/v1/checkout/sessions/cs_test_a1B2/expire', 'POST /v1/checkout/sessions/:id/expire'],
    ['GET', '/v1/refunds?payment_intent=pi_3&limit=100', 'GET /v1/refunds'],
    ['GET', '/v1/payment_intents/pi_3N', 'GET /v1/payment_intents/:id'],
    ['GET', '/v1/webhook_endpoints/we_1', 'GET /v1/webhook_endpoints/:id'],
  ])('name their operation without ids: %s %s', (method, path, operation) => {
    expect(operationOf(method, path)).toBe(operation);
  });
});

it('the webhook server counts its answers by route, without the addresses that strangers try', async () => {
  await bed.post('{}', {});
  await fetch(`http://127.0.0.1:${bed.webhookPort}/wp-login.php`);
  const metrics = await bed.metrics();
  expect(metrics).toMatch(/http_requests_total\{method="POST",route="\/webhook",status="400"[^}]*\} 1/);
  expect(metrics).toMatch(/http_requests_total\{method="GET",route="none",status="404"[^}]*\} 1/);
  expect(metrics).not.toContain('wp-login');
});

it('what alarms wait for is there before it first happens', async () => {
  expect(await sampleOf('payment_webhooks_total{type="charge.dispute.created",outcome="failed"')).toBe(0);
  expect(await sampleOf('payment_checkouts_total{outcome="paid",noticed="sweeper"')).toBe(0);
  expect(await sampleOf('payment_troubles_total{kind="order-lost"')).toBe(0);
});
