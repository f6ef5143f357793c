import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import {
  atTheEnd,
  control,
  eventually,
  ORDER,
  pay,
  type Receiver,
  refusalOf,
  SECRET,
  startReceiver,
  startSandbox,
} from './support.js';

async function shopWithWebhook(more: Record<string, string> = {}) {
  const receiver = await startReceiver();
  const sandbox = await startSandbox({
    WEBHOOK_ENDPOINT_URL: receiver.url,
    STRIPE_WEBHOOK_SECRET: SECRET,
    WEBHOOK_EVENTS: 'checkout.session.completed,checkout.session.expired',
    ...more,
  });
  return { receiver, sandbox, stripe: sandbox.stripe };
}

function completedIds(receiver: Receiver): string[] {
  return receiver.events.filter(({ type }) => type === 'checkout.session.completed').map(({ id }) => id);
}

describe('delivery', () => {
  test('what is delivered is what events.retrieve tells, and only the asked-for types are', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    const session = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, session.id);
    const [event] = await eventually(
      'the event arrives',
      () => receiver.events.length > 0 && receiver.events,
    );
    expect(event).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      type: 'checkout.session.completed',
      livemode: false,
      pending_webhooks: 1,
      data: { object: { id: session.id, payment_status: 'paid', status: 'complete' } },
      request: { id: expect.stringMatching(/^req_/), idempotency_key: null },
    });
    const told = await eventually('the delivery is written down', async () => {
      const found = await stripe.events.retrieve(event!.id);
      return found.pending_webhooks === 0 && found;
    });
    expect({ ...told, lastResponse: undefined }).toEqual({ ...event, pending_webhooks: 0 });
    expect(receiver.events).toHaveLength(1);
  });

  test('a receiver that fails is tried again, and events.list tells whether it has taken an event', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    await control(sandbox, 'PUT', '/webhooks', { retryDelaysMs: [150, 50] });
    receiver.answers.push(500, 302);
    const session = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, session.id);
    const types = ['checkout.session.completed'];
    const event = async () =>
      (await stripe.events.list({ types, created: { gte: session.created } })).data[0];
    await eventually('the first try fails', () => receiver.arrivals.length === 1);
    const missed = await event();
    expect(missed?.pending_webhooks).toBe(1);
    await eventually('the third try succeeds', () => completedIds(receiver).length === 1);
    expect(receiver.arrivals).toHaveLength(3);
    expect(new Set(receiver.arrivals.map(({ body }) => JSON.parse(body).id))).toEqual(new Set([missed?.id]));
    await eventually('nothing is missing any more', async () => (await event())?.pending_webhooks === 0);
  });

  test('it is given up after the last repetition', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    await control(sandbox, 'PUT', '/webhooks', { retryDelaysMs: [10] });
    receiver.answers.push(500, 500);
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    await eventually('it is given up', async () => {
      const page = await (await fetch(`http://127.0.0.1:${sandbox.port}/`)).text();
      return page.includes(`failed: ${receiver.url} (2 tries; HTTP 500`);
    });
    const { data } = await stripe.events.list({ types: ['checkout.session.completed'] });
    expect(data[0]?.pending_webhooks).toBe(1);
    expect(receiver.arrivals).toHaveLength(2);
  });

  test('what is undelivered when the stand-in stops is delivered after its next start', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
    atTheEnd(() => rm(directory, { recursive: true }));
    const { receiver, sandbox, stripe } = await shopWithWebhook({ SANDBOX_DIRECTORY: directory });
    await control(sandbox, 'PUT', '/webhooks', { paused: true });
    const session = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, session.id);
    await sandbox.stop();
    expect(receiver.arrivals).toEqual([]);
    const next = await startSandbox({
      SANDBOX_DIRECTORY: directory,
      WEBHOOK_ENDPOINT_URL: receiver.url,
      STRIPE_WEBHOOK_SECRET: SECRET,
    });
    await eventually('the event arrives', () => completedIds(receiver).length === 1);
    expect(await next.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'paid',
    });
    await next.stop();
  });
});

describe('webhook endpoints made through the API', () => {
  test('tell their secret once, sign with it, and can be deleted', async () => {
    const { stripe } = await startSandbox();
    const receivers = [await startReceiver(SECRET), await startReceiver(SECRET)];
    const made = await Promise.all(
      receivers.map(({ url }) =>
        stripe.webhookEndpoints.create({
          url,
          enabled_events: ['checkout.session.expired'],
          api_version: '2026-10-28.endive',
        }),
      ),
    );
    for (const [index, { secret = '' }] of made.entries()) {
      expect(secret).toMatch(/^whsec_\w{32}$/);
      receivers[index]!.secret = secret;
    }
    const listed = (await stripe.webhookEndpoints.list()).data;
    expect(listed.map(({ url, status }) => [url, status]).sort()).toEqual(
      receivers.map(({ url }) => [url, 'enabled']).sort(),
    );
    for (const endpoint of listed) expect(endpoint).not.toHaveProperty('secret');
    const expire = async () => {
      const session = await stripe.checkout.sessions.create(ORDER);
      await stripe.checkout.sessions.expire(session.id);
    };
    await expire();
    await eventually('both hear of it', () => receivers.every(({ events }) => events.length === 1));

    const [first] = made;
    expect(await stripe.webhookEndpoints.del(first!.id)).toMatchObject({ id: first!.id, deleted: true });
    expect(await refusalOf(stripe.webhookEndpoints.del(first!.id))).toMatchObject({ statusCode: 404 });
    await expire();
    await eventually('the other hears of the second', () => receivers[1]!.events.length === 2);
    expect(receivers[0]!.arrivals).toHaveLength(1);
  });
});

describe('deliveries that misbehave on purpose', () => {
  test('duplicates come at the same time', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    await control(sandbox, 'PUT', '/webhooks', { duplicate: 4 });
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    await eventually('five copies', () => completedIds(receiver).length === 5);
    expect(new Set(completedIds(receiver)).size).toBe(1);
  });

  test('dropped tries never arrive and are made up for later', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    await control(sandbox, 'PUT', '/webhooks', { drop: { next: 2 }, retryDelaysMs: [20, 20, 20] });
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    await eventually('it arrives in the end', () => completedIds(receiver).length === 1);
    expect(receiver.arrivals).toHaveLength(1);
    await control(sandbox, 'PUT', '/webhooks', { drop: { probability: 1 }, retryDelaysMs: [5] });
    const lost = await stripe.checkout.sessions.create(ORDER);
    await pay(sandbox, lost.id);
    const dashboard = await eventually('it is given up', async () => {
      const page = await (await fetch(`http://127.0.0.1:${sandbox.port}/`)).text();
      return page.includes('2 tries; dropped on purpose') && page;
    });
    expect(dashboard).toContain('checkout.session.completed');
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('a delay holds them back, and a pause does until it is over', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook();
    await control(sandbox, 'PUT', '/webhooks', { delayMs: 120 });
    const began = Date.now();
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    await eventually('it arrives', () => receiver.arrivals.length === 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(119);
    await control(sandbox, 'PUT', '/webhooks', { paused: true });
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    expect(receiver.arrivals).toHaveLength(1);
    await control(sandbox, 'DELETE', '/webhooks');
    await eventually('the second arrives', () => receiver.arrivals.length === 2);
  });

  test('reordering delivers the events of one payment in another order than they happened', async () => {
    const { receiver, sandbox, stripe } = await shopWithWebhook({ WEBHOOK_EVENTS: '*' });
    await control(sandbox, 'PUT', '/webhooks', { reorder: true, seed: 7 });
    await pay(sandbox, (await stripe.checkout.sessions.create(ORDER)).id);
    await eventually('all arrive', () => receiver.events.length === 5);
    const happened: Stripe.Event['type'][] = [
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ];
    const arrived = receiver.events.map(({ type }) => type);
    expect(arrived).not.toEqual(happened);
    expect([...arrived].sort()).toEqual([...happened].sort());
    const told = await stripe.events.list();
    expect(told.data.map(({ type }) => type)).toEqual([...happened].reverse());
  });

  test('a wrong wish is refused with a sentence, and forms of other sites are too', async () => {
    const sandbox = await startSandbox();
    const wrong = await control(sandbox, 'PUT', '/webhooks', { delayMs: 'soon' });
    expect(wrong.status).toBe(400);
    expect(wrong.json.error).toContain('delayMs');
    const form = await fetch(`http://127.0.0.1:${sandbox.port}/sandbox/pay`, {
      method: 'POST',
      body: new URLSearchParams({ session: 'x', card: 'y' }),
    });
    expect(form.status).toBe(415);
  });
});
