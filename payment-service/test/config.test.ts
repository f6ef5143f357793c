import { ConfigurationError } from '@micromall/platform';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createStripe } from '../src/clients/stripe/client.js';
import { readConfig } from '../src/config.js';
import { sessionParameters } from '../src/domain/session-parameters.js';

const environment = {
  RABBITMQ_URL: 'amqp://payment-service:secret@127.0.0.1',
  MONGO_URL: 'mongodb://127.0.0.1/payment-service',
  STRIPE_PRIVATE_KEY: 'sk_test_51Habc',
};

function problemsOf(changes: Record<string, string>): readonly string[] {
  try {
    readConfig({ ...environment, ...changes });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('keys and addresses that do not belong together refuse to start', () => {
  it.each([
    [
      'a live key with the stand-in',
      { STRIPE_PRIVATE_KEY: 'sk_live_1', STRIPE_API_URL: 'http://localhost:4242' },
      /live key/,
    ],
    [
      'a restricted live key with the stand-in',
      { STRIPE_PRIVATE_KEY: 'rk_live_1', STRIPE_API_URL: 'http://localhost:4242' },
      /live key/,
    ],
    ['the key of the stand-in with Stripe', { STRIPE_PRIVATE_KEY: 'sk_test_sandbox1' }, /stand-in's key/],
    ['a publishable key', { STRIPE_PRIVATE_KEY: 'pk_test_1' }, /STRIPE_PRIVATE_KEY: must be a secret key/],
    ['no key', { STRIPE_PRIVATE_KEY: '' }, /STRIPE_PRIVATE_KEY is not set/],
    ['a webhook secret that is none', { STRIPE_WEBHOOK_SECRET: 'secret' }, /whsec_/],
    ['a country that is none', { SHIPPING_COUNTRIES: 'SG,Malaysia' }, /country codes/],
  ])('%s', (_name, changes, sentence) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
    // A key is never printed.
    expect(problems[0]).not.toMatch(/live_1|sandbox1|pk_test_1/);
  });

  it('a test key with Stripe, a live key with Stripe, and any test key with the stand-in are right', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ STRIPE_PRIVATE_KEY: 'sk_live_1' })).toEqual([]);
    expect(
      problemsOf({ STRIPE_PRIVATE_KEY: 'sk_test_sandbox1', STRIPE_API_URL: 'http://localhost:4242' }),
    ).toEqual([]);
  });
});

interface Sent {
  readonly host: string;
  readonly port: string | number;
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: URLSearchParams;
}

/** Carries nothing anywhere: keeps what the SDK would have sent. */
class RecordingClient extends Stripe.HttpClient {
  readonly sent: Sent[] = [];

  override getClientName(): string {
    return 'recording';
  }

  override async makeRequest(
    ...[host, port, path, method, headers, body, protocol]: Parameters<Stripe.HttpClient['makeRequest']>
  ): ReturnType<Stripe.HttpClient['makeRequest']> {
    this.sent.push({
      host,
      port,
      protocol,
      method,
      path,
      headers: headers as Record<string, string>,
      body: new URLSearchParams(body),
    });
    return new Answer(200, {});
  }
}

class Answer extends Stripe.HttpClientResponse {
  override getRawResponse(): unknown {
    return {};
  }

  override toJSON(): Promise<unknown> {
    return Promise.resolve({ id: 'cs_test_1', object: 'checkout.session' });
  }
}

async function sentWith(changes: Record<string, string>, cancelToken?: string): Promise<Sent> {
  const config = readConfig({ ...environment, ...changes });
  const client = new RecordingClient();
  const request = {
    orderId: '66f0a1b2c3d4e5f6012345bb',
    number: 'MM-7K3Q-9F2D',
    userId: '66f0a1b2c3d4e5f601234567',
    email: 'ada@example.com',
    lines: [{ productId: '66f0a1b2c3d4e5f6012345aa', name: 'Mug & saucer', price: 1999, quantity: 2 }],
    shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
    currency: 'SGD',
    cancelToken,
    expiresAt: '2026-11-21T12:35:00.000Z',
  };
  await createStripe(config, client).checkout.sessions.create(
    sessionParameters(request, 'cus_1', config, undefined),
    {
      idempotencyKey: `checkout:${request.orderId}`,
    },
  );
  const [sent] = client.sent;
  if (!sent) throw new Error('nothing was sent');
  return sent;
}

it('a variable that has a new name is refused with its new name', () => {
  expect(problemsOf({ FIRST_LOOK_MS: '2000' })).toEqual([
    'FIRST_LOOK_MS is called FIRST_CHECK_MS now: rename it.',
  ]);
  expect(problemsOf({ FIRST_LOOK_MS: '', FIRST_CHECK_MS: '2000' })).toEqual([]);
});

describe('what Stripe would be sent', () => {
  it('with a test key goes to Stripe itself, with that key and the key of the order', async () => {
    const { host, protocol, method, path, headers, body } = await sentWith({
      SITE_URL: 'https://shop.example.com/',
      SHIPPING_COUNTRIES: 'sg, my',
    });
    expect({ host, protocol, method, path }).toEqual({
      host: 'api.stripe.com',
      protocol: 'https',
      method: 'POST',
      path: '/v1/checkout/sessions',
    });
    expect(headers).toMatchObject({
      Authorization: 'Bearer sk_test_51Habc',
      'Content-Type': 'application/x-www-form-urlencoded',
      'Idempotency-Key': 'checkout:66f0a1b2c3d4e5f6012345bb',
      'Stripe-Version': '2026-10-28.endive',
    });
    expect(Object.fromEntries(body)).toEqual({
      mode: 'payment',
      'allowed_payment_method_types[0]': 'card',
      customer: 'cus_1',
      client_reference_id: '66f0a1b2c3d4e5f6012345bb',
      'metadata[orderId]': '66f0a1b2c3d4e5f6012345bb',
      'metadata[number]': 'MM-7K3Q-9F2D',
      'metadata[userId]': '66f0a1b2c3d4e5f601234567',
      'payment_intent_data[metadata][orderId]': '66f0a1b2c3d4e5f6012345bb',
      'payment_intent_data[metadata][number]': 'MM-7K3Q-9F2D',
      'payment_intent_data[metadata][userId]': '66f0a1b2c3d4e5f601234567',
      'line_items[0][quantity]': '2',
      'line_items[0][price_data][currency]': 'sgd',
      'line_items[0][price_data][unit_amount]': '1999',
      'line_items[0][price_data][product_data][name]': 'Mug & saucer',
      'line_items[0][price_data][product_data][metadata][productId]': '66f0a1b2c3d4e5f6012345aa',
      'shipping_address_collection[allowed_countries][0]': 'SG',
      'shipping_address_collection[allowed_countries][1]': 'MY',
      'shipping_options[0][shipping_rate_data][type]': 'fixed_amount',
      'shipping_options[0][shipping_rate_data][display_name]': 'Standard Delivery',
      'shipping_options[0][shipping_rate_data][fixed_amount][amount]': '500',
      'shipping_options[0][shipping_rate_data][fixed_amount][currency]': 'sgd',
      'shipping_options[0][shipping_rate_data][delivery_estimate][minimum][unit]': 'business_day',
      'shipping_options[0][shipping_rate_data][delivery_estimate][minimum][value]': '5',
      'shipping_options[0][shipping_rate_data][delivery_estimate][maximum][unit]': 'business_day',
      'shipping_options[0][shipping_rate_data][delivery_estimate][maximum][value]': '7',
      expires_at: '1795264500',
      success_url:
        'https://shop.example.com/success?order=66f0a1b2c3d4e5f6012345bb&session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://shop.example.com/cancel?order=66f0a1b2c3d4e5f6012345bb',
    });
  });

  it('with the secret of a checkout has it in the address to which "Back" leads', async () => {
    const { body } = await sentWith({}, 'kR2h7Vq0cXw5nT9bJm4sLA');
    expect(body.get('cancel_url')).toBe(
      'http://localhost:3000/cancel?order=66f0a1b2c3d4e5f6012345bb&token=kR2h7Vq0cXw5nT9bJm4sLA',
    );
  });

  it('with an address of the stand-in goes there and nowhere else', async () => {
    const { host, port, protocol } = await sentWith({ STRIPE_API_URL: 'http://localhost:4242' });
    expect({ host, port: Number(port), protocol }).toEqual({
      host: 'localhost',
      port: 4242,
      protocol: 'http',
    });
  });
});
