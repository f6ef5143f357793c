import { createHmac } from 'node:crypto';
import {
  type CheckoutStatus,
  checkPayment,
  expireCheckout,
  openCheckout,
  orderRefundRequested,
  type RpcReply,
  type RpcRequestInput,
} from '@micromall/contracts';
import { freePort } from '@micromall/launcher';
import { type RunningSandbox, startStripeSandbox } from '@micromall/stripe-sandbox';
import { expectOk, Harness, newId, type Peer } from '@micromall/test-kit';
import type { Connection } from 'mongoose';
import Stripe from 'stripe';
import { expect } from 'vitest';
import { type RunningPaymentService, startPaymentService } from '../src/service.js';
import type { StoredCheckout } from '../src/store/checkouts.js';
import type { StoredRefund } from '../src/store/refunds.js';

const secret = 'whsec_payment_test';
const apiKey = 'sk_test_sandbox_payment';

/** A payment-service between the stand-in for Stripe (over HTTP) and an order-service that the test plays. */
export class PaymentHarness {
  #service: RunningPaymentService | undefined;

  private constructor(
    readonly kit: Harness,
    readonly database: Connection,
    readonly order: Peer,
    readonly webhookPort: number,
    readonly sandbox: RunningSandbox,
    /** What a test asks Stripe itself with. */
    readonly stripe: Stripe,
  ) {}

  /** @param variables the environment of payment-service besides what it needs to start */
  static async start(variables: Record<string, string> = {}): Promise<PaymentHarness> {
    const kit = await Harness.start('payment-service');
    const webhookPort = await freePort();
    const sandbox = await startStripeSandbox({
      PORT: '0',
      LOG_LEVEL: 'silent',
      SANDBOX_API_KEY: apiKey,
      WEBHOOK_ENDPOINT_URL: `http://127.0.0.1:${webhookPort}/webhook`,
      STRIPE_WEBHOOK_SECRET: secret,
    });
    kit.keep(sandbox);
    const stripe = new Stripe(apiKey, {
      host: '127.0.0.1',
      port: sandbox.port,
      protocol: 'http',
      telemetry: false,
    });
    const [database, order] = [await kit.database(), await kit.peer('order-service')];
    const harness = new PaymentHarness(kit, database, order, webhookPort, sandbox, stripe);
    await harness.startService(variables);
    return harness;
  }

  async startService(variables: Record<string, string> = {}): Promise<void> {
    this.#service = await startPaymentService(
      this.kit.environment({
        STRIPE_PRIVATE_KEY: apiKey,
        STRIPE_API_URL: `http://127.0.0.1:${this.sandbox.port}`,
        STRIPE_WEBHOOK_SECRET: secret,
        PORT: String(this.webhookPort),
        // Only the tests of it wait for this; in others it would use up faults that are meant for somebody else.
        EVENT_LOG_MS: '86400000',
        ...variables,
      }),
    );
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async stop(): Promise<void> {
    await this.stopService();
    await this.kit.stop();
  }

  /** Undoes what a test did to the stand-in. Called after each test. */
  async reset(): Promise<void> {
    await this.control('DELETE', '/webhooks');
    await this.control('DELETE', '/api-faults');
    this.kit.clear();
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#service?.operationsPort}/metrics`)).text();
  }

  /** The value of the series that begins with this text; undefined if there is none. */
  async sample(series: string): Promise<number | undefined> {
    const line = (await this.metrics()).split('\n').find((each) => each.startsWith(series));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  request(orderId: string = newId()): RpcRequestInput<typeof openCheckout> {
    return {
      orderId,
      number: 'MM-7K3Q-9F2D',
      userId: newId(),
      email: `ada-${orderId}@example.com`,
      lines: [
        { productId: newId(), name: 'Stoneware mug & saucer', price: 1999, quantity: 2 },
        { productId: newId(), name: 'Teapot', price: 4000, quantity: 1 },
      ],
      shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
      currency: 'SGD',
      expiresAt: new Date(Date.now() + 35 * 60_000).toISOString(),
    };
  }

  open(request: RpcRequestInput<typeof openCheckout>): Promise<RpcReply<typeof openCheckout>> {
    return this.order.platform.rpc.call(openCheckout, request);
  }

  async opened(request = this.request()): Promise<{ orderId: string; sessionId: string; url: string }> {
    const { sessionId, url } = expectOk(await this.open(request));
    return { orderId: request.orderId, sessionId, url };
  }

  /** An order that is paid, and whose payment was emitted. */
  async paid(
    card = '4242424242424242',
  ): Promise<{ orderId: string; sessionId: string; paymentIntent: string }> {
    const { orderId, sessionId } = await this.opened();
    await this.pay(sessionId, card);
    await this.expectEvents(orderId, ['payment.succeeded']);
    await expect.poll(async () => (await this.checkout(orderId))?.settled).toBe(true);
    return { orderId, sessionId, paymentIntent: (await this.checkout(orderId))?.paymentIntentId ?? '' };
  }

  async statusOf(orderId: string): Promise<CheckoutStatus | string> {
    const reply = await this.order.platform.rpc.call(checkPayment, { orderId });
    return reply.ok ? reply.status : reply.error.code;
  }

  expire(orderId: string) {
    return this.order.platform.rpc.call(expireCheckout, { orderId });
  }

  askRefund(orderId: string, attempt = 1): Promise<void> {
    return this.order.platform.publisher.emit(orderRefundRequested, {
      orderId,
      number: 'MM-7K3Q-9F2D',
      userId: newId(),
      occurredAt: new Date().toISOString(),
      reason: 'requested_by_customer',
      attempt,
    });
  }

  /** Tells the stand-in what to do. */
  async control(method: string, path: string, body: object = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${this.sandbox.port}/sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    expect(response.status, JSON.stringify(answer)).toBe(200);
    return answer;
  }

  async pay(session: string, card = '4242424242424242'): Promise<void> {
    const outcome = await this.control('POST', '/pay', { session, card });
    expect(outcome.outcome).toBe('paid');
  }

  /** How the stand-in delivers webhooks from now on. */
  webhooks(behaviour: object): Promise<unknown> {
    return this.control('PUT', '/webhooks', behaviour);
  }

  /** Waits for as many events about an order, and expects them to be these. */
  async expectEvents(orderId: string, events: readonly string[]): Promise<void> {
    expect(await this.kit.awaitEventsAbout(orderId, events.length)).toEqual(events);
  }

  checkouts() {
    return this.database.collection<StoredCheckout>('checkouts');
  }

  refunds() {
    return this.database.collection<StoredRefund>('refunds');
  }

  checkout(orderId: string): Promise<StoredCheckout | null> {
    return this.checkouts().findOne({ _id: orderId });
  }

  /** The refunds that Stripe has made of a payment. */
  async refundsAtStripe(paymentIntent: string): Promise<Stripe.Refund[]> {
    return (await this.stripe.refunds.list({ payment_intent: paymentIntent })).data;
  }

  post(body: string, headers: Record<string, string>): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.webhookPort}/webhook`, { method: 'POST', body, headers });
  }

  /** Delivers an event by hand, signed as Stripe signs. */
  deliver(body: string, at: number = Math.floor(Date.now() / 1_000), key = secret): Promise<Response> {
    const signature = createHmac('sha256', key).update(`${at}.${body}`).digest('hex');
    return this.post(body, {
      'content-type': 'application/json',
      'stripe-signature': `t=${at},v1=${signature}`,
    });
  }

  /** The newest event of a type at the stand-in that is about an object, as it is delivered. */
  async eventBody(type: string, objectId: string): Promise<string> {
    const { data } = await this.stripe.events.list({ types: [type], limit: 100 });
    const found = data.find((event) => (event.data.object as { id?: string }).id === objectId);
    if (!found) throw new Error(`no ${type} about ${objectId}`);
    return JSON.stringify(found);
  }
}
