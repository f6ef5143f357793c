import { orderPaid } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operationOf } from '../src/clients/stripe/measured-client.js';
import { PaymentHarness } from './harness.js';

let harness: PaymentHarness;
beforeAll(async () => {
  harness = await PaymentHarness.start({ SWEEP_MS: '100' });
});
afterAll(() => harness?.stop());
afterEach(() => harness.reset());

function orderKnows(orderId: string): Promise<void> {
  return harness.order.platform.publisher.emit(orderPaid, {
    orderId,
    number: 'MM-7K3Q-9F2D',
    userId: newId(),
    occurredAt: new Date().toISOString(),
    lines: [{ productId: newId(), quantity: 1 }],
    total: 4_200,
    currency: 'SGD',
  });
}

async function expectPaymentsWithoutOrder(count: number): Promise<void> {
  await expect.poll(() => harness.sample('payments_without_order{'), { timeout: 10_000 }).toBe(count);
}

describe('a payment without an order', () => {
  it('is one of which no order knows a minute after its event, until one does', async () => {
    const { orderId } = await harness.paid();
    await expectPaymentsWithoutOrder(0);
    await harness
      .checkouts()
      .updateOne({ _id: orderId }, { $set: { paidAt: new Date(Date.now() - 61_000) } });
    await expectPaymentsWithoutOrder(1);
    await orderKnows(orderId);
    await expectPaymentsWithoutOrder(0);
  });

  it('is none when its order asks for the money to go back', async () => {
    const { orderId } = await harness.paid();
    await harness
      .checkouts()
      .updateOne({ _id: orderId }, { $set: { paidAt: new Date(Date.now() - 61_000) } });
    await expectPaymentsWithoutOrder(1);
    await harness.askRefund(orderId);
    await expectPaymentsWithoutOrder(0);
  });

  it('is none when the event of its order is quicker than the own record of the payment', async () => {
    const { orderId, sessionId } = await harness.opened();
    await orderKnows(orderId);
    await expect.poll(async () => (await harness.checkout(orderId))?.orderKnowsAt).toBeInstanceOf(Date);
    await harness.pay(sessionId);
    await expect.poll(async () => (await harness.checkout(orderId))?.settled, { timeout: 10_000 }).toBe(true);
    await harness.checkouts().updateOne({ _id: orderId }, { $set: { paidAt: new Date(0) } });
    const checks =
      (await harness.sample('stripe_requests_total{operation="GET /v1/checkout/sessions/:id"')) ?? 0;
    // Another checkout is checked by a sweep that comes after this moment.
    const other = await harness.opened();
    await harness.checkouts().updateOne({ _id: other.orderId }, { $set: { nextLookAt: new Date(0) } });
    await expect
      .poll(() => harness.sample('stripe_requests_total{operation="GET /v1/checkout/sessions/:id"'))
      .toBeGreaterThan(checks);
    await expectPaymentsWithoutOrder(0);
  });
});

describe('a payment is counted by where it became known', () => {
  const paidFrom = async (source: string) =>
    (await harness.sample(`payment_checkouts_total{outcome="paid",source="${source}"`)) ?? 0;

  it('from a webhook', async () => {
    const before = await paidFrom('webhook');
    await harness.paid();
    await expect.poll(() => paidFrom('webhook')).toBe(before + 1);
  });

  it('from a call', async () => {
    await harness.webhooks({ paused: true });
    const before = await paidFrom('call');
    const { orderId, sessionId } = await harness.opened();
    await harness.pay(sessionId);
    expect(await harness.statusOf(orderId)).toBe('paid');
    await expect.poll(() => paidFrom('call')).toBe(before + 1);
  });
});

describe('requests to Stripe', () => {
  it('are counted and timed by operation and outcome', async () => {
    const created = 'stripe_requests_total{operation="POST /v1/checkout/sessions",outcome="ok"';
    const before = (await harness.sample(created)) ?? 0;
    await harness.opened();
    expect(await harness.sample(created)).toBe(before + 1);
    expect(
      await harness.sample(
        'stripe_request_duration_seconds_count{service="payment-service",operation="POST /v1/checkout/sessions"',
      ),
    ).toBe(before + 1);
  });

  it('that fail are counted each time', async () => {
    const { orderId } = await harness.opened();
    await harness.control('POST', '/api-faults', { fault: 'error', count: 1, method: 'GET' });
    expect(await harness.statusOf(orderId)).toBe('open');
    expect(
      await harness.sample(
        'stripe_requests_total{operation="GET /v1/checkout/sessions/:id",outcome="failed"',
      ),
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
  await harness.post('{}', {});
  await fetch(`http://127.0.0.1:${harness.webhookPort}/wp-login.php`);
  const metrics = await harness.metrics();
  expect(metrics).toMatch(/http_requests_total\{method="POST",route="\/webhook",status="400"[^}]*\} 1/);
  expect(metrics).toMatch(/http_requests_total\{method="GET",route="none",status="404"[^}]*\} 1/);
  expect(metrics).not.toContain('wp-login');
});

it('what alarms and panels count is there before it first happens', async () => {
  expect(await harness.sample('payment_webhooks_total{type="charge.dispute.created",outcome="failed"')).toBe(
    0,
  );
  expect(await harness.sample('payment_checkouts_total{outcome="paid",source="sweeper"')).toBe(0);
  expect(await harness.sample('payment_anomalies_total{kind="order-lost"')).toBe(0);
  expect(await harness.sample('payment_refunds_total{outcome="by-hand"')).toBe(0);
  expect(await harness.sample('payment_disputes_total{type="charge.dispute.created"')).toBe(0);
  expect(await harness.sample('payment_declines_total{code="lost_card"')).toBe(0);
  expect(await harness.sample('stripe_requests_total{operation="POST /v1/refunds",outcome="no-answer"')).toBe(
    0,
  );
});
