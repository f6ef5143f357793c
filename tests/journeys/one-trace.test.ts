import { randomUUID } from 'node:crypto';
import { allEventContracts, allRpcContracts, names, virtualHost } from '@micromall/contracts';
import { findTraces, formatTrace } from '@micromall/launcher';
import type { FetchedMessage } from '@micromall/test-kit/gui';
import { operatorAt } from '@micromall/test-kit/operator';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { newEmail, WebShopper } from '@micromall/test-kit/shopper';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const shop = await sharedShop();
const operator = operatorAt(shop);
/** A copy of every call and event of the shop goes here too. */
const copies = `copies-${randomUUID()}`;
const queuePath = `queues/${encodeURIComponent(virtualHost)}/${copies}`;

function bind(exchange: string, routingKey: string): Promise<unknown> {
  const path = `bindings/${encodeURIComponent(virtualHost)}/e/${exchange}/q/${copies}`;
  return operator.management.post(path, { routing_key: routingKey });
}

const createdReply = z.object({ product: z.object({ productId: z.string() }) });
const traceHeader = z.object({ headers: z.object({ traceparent: z.string() }) });
const publisher = z.object({ user_id: z.string() });

function traceOf({ properties }: FetchedMessage): string | undefined {
  return traceHeader.safeParse(properties).data?.headers.traceparent.split('-')[1];
}

describe('one purchase has one id', () => {
  const shopper = new WebShopper(shop.urls.site, shop.urls.stripe);
  const seen: FetchedMessage[] = [];
  let traceId = '';
  let orderId = '';
  let number = '';
  let productId = '';

  beforeAll(async () => {
    await operator.management.put(queuePath, { durable: true, arguments: { 'x-expires': 600_000 } });
    for (const { owner, queue } of allRpcContracts) await bind(names.rpcExchange(owner), queue);
    for (const { emitter, name } of allEventContracts) await bind(names.eventExchange(emitter), name);
    const created = await operator.ask('create-product', { name: 'Lantern', quantity: 3, price: 2_400 });
    productId = createdReply.parse(created).product.productId;
    await shopper.register('Ada', newEmail());
    await shopper.addToCart(productId);
  });
  afterAll(() => operator.management.remove(queuePath));

  it('which "Pay now" answers with, and which the page of thanks and the order show', async () => {
    const answer = await shopper.submit(await shopper.get('/checkout'), '/checkout', {});
    traceId = answer.headers.get('x-request-id') ?? '';
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    const session = /cs_\w+/.exec(answer.url.pathname)?.[0] ?? '';
    const { orderId: bought, page: thanks } = await shopper.payAndReturn(session);
    orderId = bought;
    number = /MM-\w{4}-\w{4}/.exec(thanks.text)?.[0] ?? '';
    expect(thanks.text).toContain(`<code>${traceId}</code>`);
    expect((await shopper.get(`/orders/${orderId}`)).text).toContain(`<code>${traceId}</code>`);
  });

  it('which every message about it carries, from the first call to the sale of the stock', async () => {
    const expected = ['place-order', 'review-cart', 'reserve-stock', 'open-checkout'];
    const events = ['payment.succeeded', 'order.paid'];
    await expect
      .poll(
        async () => {
          seen.push(...(await operator.take(copies, 1_000)));
          return seen.filter((message) => traceOf(message) === traceId).map((message) => message.routing_key);
        },
        { timeout: 30_000 },
      )
      .toEqual(expect.arrayContaining([...expected, ...events]));

    const about = seen.filter(({ payload }) => payload.includes(orderId));
    expect(about.length).toBeGreaterThanOrEqual(4);
    // The pages that the shopper opened afterwards are requests of their own; the page of thanks asks how the payment
    // stands and empties the cart.
    const pages = ['confirm-payment', 'check-payment', 'settle-cart', 'get-order'];
    const others = about.filter((message) => traceOf(message) !== traceId);
    expect(pages).toEqual(expect.arrayContaining(others.map(({ routing_key }) => routing_key)));
    for (const { properties } of about) expect(publisher.parse(properties).user_id).toMatch(/-service$/);
  });

  it('by which, or by the number of the order, its lines are found in the log of every service concerned', async () => {
    const concerned = ['cart', 'frontend', 'order', 'payment', 'product'].map((name) => `${name}-service`);
    const storyOf = async (id: string) =>
      (await findTraces(shop.logDirectory, id)).find((story) => story.traceId === traceId);
    await expect
      .poll(async () => [...new Set((await storyOf(traceId))?.lines.map(({ service }) => service))].sort(), {
        timeout: 15_000,
      })
      .toEqual(concerned);
    const story = await storyOf(number);
    if (!story) throw new Error(`the number ${number} finds nothing`);
    const told = formatTrace(story);
    expect(told).toMatch(new RegExp(`^Trace ${traceId}: \\d+ lines, 5 services, `));
    for (const word of ['place-order', orderId, number]) expect(told).toContain(word);
  });
});
