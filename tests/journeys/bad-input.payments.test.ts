import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import Stripe from 'stripe';
import { describe, it } from 'vitest';
import { z } from 'zod';
import { asForm, expectRefusal, guard, type Message, send } from './bad-input.js';

const shop = await sharedShop();
const { stripe, webhook } = shop.urls;
const guarded = guard(shop, 'Awaited lamp');

describe('the webhook', () => {
  const { stripeWebhookSecret } = z
    .object({ stripeWebhookSecret: z.string() })
    .parse(JSON.parse(readFileSync(join(dirname(shop.logDirectory), 'secrets.json'), 'utf8')));
  const { origin, pathname } = new URL(webhook);
  const sdk = new Stripe('sk_test_unused');

  /** An event that says that Bob has paid what he is still paying. */
  function event(): string {
    const object = {
      id: 'cs_test_1',
      object: 'checkout.session',
      payment_status: 'paid',
      status: 'complete',
    };
    const metadata = { orderId: guarded.scenario.bob.openOrder };
    return JSON.stringify({
      id: `evt_${randomUUID()}`,
      object: 'event',
      type: 'checkout.session.completed',
      data: { object: { ...object, client_reference_id: guarded.scenario.bob.openOrder, metadata } },
    });
  }
  function signature(payload: string, secret: string, ageSeconds = 0): string {
    const timestamp = Math.floor(Date.now() / 1_000) - ageSeconds;
    return sdk.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  }
  const unfit = /does not fit this body/;
  it.each<[string, RegExp, (payload: string) => Record<string, string>]>([
    ['an unsigned event', /Stripe-Signature is missing: only Stripe may post here/, () => ({})],
    ['a made-up signature', unfit, () => ({ 'stripe-signature': 't=1,v1=00' })],
    [
      "another secret's signature",
      unfit,
      (payload) => ({ 'stripe-signature': signature(payload, 'whsec_other') }),
    ],
    ["another body's signature", unfit, () => ({ 'stripe-signature': signature('{}', stripeWebhookSecret) })],
    [
      'an event of ten minutes ago',
      /older than five minutes, so this may be a replay/,
      (payload) => ({ 'stripe-signature': signature(payload, stripeWebhookSecret, 600) }),
    ],
  ])('believes no %s', async (_what, sentence, headersFor) => {
    const body = event();
    const headers = { 'content-type': 'application/json', ...headersFor(body) };
    expectRefusal(await send(origin, pathname, { method: 'POST', headers, body }), 400, sentence);
  });

  it('takes no two megabytes and shows nothing to a visitor', async () => {
    const body = 'x'.repeat(2_000_000);
    const huge = send(origin, pathname, { method: 'POST', headers: { 'stripe-signature': 't=1' }, body });
    expectRefusal(await huge, 413, /larger than 1mb/);
    expectRefusal(await send(origin, pathname), 404, /There is only POST \/webhook here/);
  });
});

describe('the stand-in for Stripe', () => {
  const json = { 'content-type': 'application/json' };
  it.each<[string, string, number, RegExp, Message]>([
    ['no key', '/v1/customers', 401, /You did not provide an API key/, {}],
    [
      'a key of others',
      '/v1/customers',
      401,
      /Invalid API Key/,
      { headers: { authorization: 'Bearer sk_test_other_key_1' } },
    ],
    [
      'a live key',
      '/v1/refunds',
      401,
      /must never see a live key/,
      { method: 'POST', headers: { authorization: 'Bearer sk_live_1' } },
    ],
    [
      'a form of another site',
      '/sandbox/pay',
      415,
      /Send JSON/,
      { method: 'POST', headers: { 'content-type': asForm }, body: 'session=1' },
    ],
    [
      'an unknown session',
      '/sandbox/pay',
      404,
      /There is no session/,
      { method: 'POST', headers: json, body: '{"session":"cs_test_1","card":"4242424242424242"}' },
    ],
    ['broken JSON', '/sandbox/pay', 400, /could not be read/, { method: 'POST', headers: json, body: '{' }],
    ['a page of no session', '/c/pay/%3Cscript%3Ealert(1)%3C/script%3E', 404, /There is nothing here/, {}],
  ])('refuses %s', async (_what, path, status, sentence, message) => {
    expectRefusal(await send(stripe, path, message), status, sentence);
  });
});
