import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterEach } from 'vitest';
import { type RunningSandbox, startStripeSandbox } from '../src/service.js';

export const SECRET = 'whsec_test';
export const KEY = 'sk_test_shop';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

export function atTheEnd(stop: () => Promise<void>): void {
  stops.push(stop);
}

export interface TestSandbox extends RunningSandbox {
  stripe: Stripe;
}

export function sdkFor(port: number, key = KEY, maxNetworkRetries = 0): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries, telemetry: false });
}

export async function startSandbox(environment: Record<string, string> = {}): Promise<TestSandbox> {
  const running = await startStripeSandbox({ PORT: '0', LOG_LEVEL: 'silent', ...environment });
  atTheEnd(() => running.stop());
  return { ...running, stripe: sdkFor(running.port) };
}

export interface Receiver {
  url: string;
  /** Verified with the SDK, in the order of arrival. */
  events: Stripe.Event[];
  arrivals: { signature: string; body: string }[];
  /** What the deliveries are signed with. */
  secret: string;
  /** The status of the next answers; 200 when there are none left. */
  answers: number[];
  stop(): Promise<void>;
}

/** What the shop's webhook is to Stripe: a small HTTP server that checks signatures with the official SDK. */
export async function startReceiver(secret = SECRET, port = 0): Promise<Receiver> {
  const stripe = sdkFor(1);
  const receiver: Receiver = { url: '', secret, events: [], arrivals: [], answers: [], stop: async () => {} };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const signature = String(request.headers['stripe-signature']);
    receiver.arrivals.push({ signature, body });
    const status = receiver.answers.shift() ?? 200;
    if (status < 300) receiver.events.push(stripe.webhooks.constructEvent(body, signature, receiver.secret));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo;
  receiver.url = `http://127.0.0.1:${actual}/webhook`;
  let stopped: Promise<void> | undefined;
  receiver.stop = () => {
    stopped ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return stopped;
  };
  atTheEnd(receiver.stop);
  return receiver;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** Waits until the condition holds; fails with the description when it does not within the bound. */
export async function eventually<T>(
  description: string,
  read: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  withinMs = 8_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms: ${description}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const MUG: Stripe.Checkout.SessionCreateParams.LineItem = {
  quantity: 2,
  price_data: {
    currency: 'sgd',
    unit_amount: 1999,
    product_data: { name: 'Mug & tea', metadata: { productId: 'p1' } },
  },
};

export const SHIPPING: Stripe.Checkout.SessionCreateParams.ShippingOption = {
  shipping_rate_data: {
    display_name: 'Standard Delivery',
    type: 'fixed_amount',
    fixed_amount: { amount: 500, currency: 'sgd' },
    delivery_estimate: {
      minimum: { unit: 'business_day', value: 5 },
      maximum: { unit: 'business_day', value: 7 },
    },
  },
};

export const ORDER: Stripe.Checkout.SessionCreateParams = {
  mode: 'payment',
  line_items: [MUG],
  shipping_options: [SHIPPING],
  shipping_address_collection: { allowed_countries: ['SG'] },
  success_url: 'http://localhost:3000/success?session_id={CHECKOUT_SESSION_ID}',
  cancel_url: 'http://localhost:3000/cancel',
  client_reference_id: 'order-1',
  metadata: { orderId: 'order-1' },
  payment_intent_data: { metadata: { orderId: 'order-1' } },
};

export interface PayAnswer {
  outcome: string;
  [name: string]: unknown;
}

/** Any control call: JSON in, JSON out. */
export async function control(
  sandbox: RunningSandbox,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${sandbox.port}/sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(body ?? {}) }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

export async function pay(
  sandbox: RunningSandbox,
  session: string,
  card = '4242424242424242',
  more: object = {},
): Promise<PayAnswer> {
  const { json } = await control(sandbox, 'POST', '/pay', { session, card, ...more });
  return json as PayAnswer;
}

/** Every charge as it is now, newest first. */
export async function chargesOf({ stripe }: TestSandbox): Promise<Stripe.Charge[]> {
  const types = ['charge.succeeded', 'charge.failed'];
  const { data } = await stripe.events.list({ types, limit: 100 });
  return Promise.all(data.map((event) => stripe.charges.retrieve((event.data.object as Stripe.Charge).id)));
}

/** The payment intent of a session, or null before the first attempt to pay. */
export async function intentOf(
  { stripe }: TestSandbox,
  session: string,
): Promise<Stripe.PaymentIntent | null> {
  const found = await stripe.checkout.sessions.retrieve(session, { expand: ['payment_intent'] });
  return found.payment_intent as Stripe.PaymentIntent | null;
}

/** The error that the SDK throws, or a failure of the test when it does not. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('The call was answered, but it should have been refused.');
}
