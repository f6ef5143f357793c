import { allRpcContracts } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { operatorAt } from '@micromall/test-kit/operator';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { newEmail, WebShopper } from '@micromall/test-kit/shopper';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const shop = await sharedShop();
const operator = operatorAt(shop);
const ok = z.looseObject({ ok: z.literal(true) });
const productReply = ok.extend({ product: z.object({ productId: z.string(), available: z.int() }) });
const accountReply = ok.extend({ account: z.object({ userId: z.string() }) });
const orderReply = ok.extend({ order: z.object({ orderId: z.string(), state: z.string() }) });
const ordersReply = ok.extend({ orders: z.array(z.object({ orderId: z.string(), state: z.string() })) });
const catalogReply = ok.extend({
  products: z.array(z.object({ productId: z.string(), available: z.int() })),
});

let productId = '';
let userId = '';
const email = newEmail();

beforeAll(async () => {
  productId = productReply.parse(
    await operator.ask('create-product', { name: 'Operated lamp', quantity: 5, price: 990 }),
  ).product.productId;
  userId = accountReply.parse(
    await operator.ask('create-account', { name: 'Grace', email, password: 'correct horse' }),
  ).account.userId;
});

async function stockNow(): Promise<number> {
  const { products } = catalogReply.parse(await operator.ask('catalog', { productIds: [productId] }));
  return products[0]?.available ?? Number.NaN;
}

/** A paid order, as a shopper makes one. */
async function paidOrder(): Promise<{ orderId: string; shopper: WebShopper }> {
  const shopper = new WebShopper(shop.urls.site, shop.urls.stripe);
  await shopper.register('Grace', newEmail());
  await shopper.addToCart(productId);
  const { sessionId } = await shopper.toPaymentPage();
  const { orderId } = await shopper.payAndReturn(sessionId);
  return { orderId, shopper };
}

describe('the operator at the RabbitMQ GUI', () => {
  it('asks every queue that the users know, and finds the answer in a queue bound to reply', async () => {
    const id = 'guest-operator-0001';
    await expect(operator.ask('login', { email, password: 'correct horse' })).resolves.toMatchObject({
      ok: true,
      account: { userId },
    });
    await expect(operator.ask('login', { email, password: 'wrong' })).resolves.toMatchObject({
      ok: false,
      error: { code: 'wrong-credentials' },
    });
    await expect(
      operator.ask('create-account', { name: 'Grace', email, password: 'correct horse' }),
    ).resolves.toMatchObject({
      error: { code: 'email-taken' },
    });
    expect(
      catalogReply.parse(await operator.ask('catalog', { all: true })).products.length,
    ).toBeGreaterThanOrEqual(24);
    expect(
      productReply.parse(await operator.ask('change-product', { productId, qty: 5 })).product.available,
    ).toBe(10);
    await expect(operator.ask('change-cart', { id, itemid: productId, qty: 2 })).resolves.toMatchObject({
      ok: true,
      cart: { count: 2, subtotal: 1_980 },
    });
    await expect(operator.ask('get-cart', { id })).resolves.toMatchObject({ ok: true, cart: { count: 2 } });
    await expect(operator.ask('delete-cart', { id })).resolves.toMatchObject({
      ok: true,
      cart: { count: 0 },
    });
    expect(ordersReply.parse(await operator.ask('get-orders', { userId })).orders).toEqual([]);
    const unknown = { orderId: 'f'.repeat(24) };
    await expect(operator.ask('accept-order', unknown)).resolves.toMatchObject({
      error: { code: 'order-unknown' },
    });
    await expect(operator.ask('refund', unknown)).resolves.toMatchObject({
      error: { code: 'order-unknown' },
    });
  });

  it('has work done without asking for an answer', async () => {
    const before = await stockNow();
    expect(await operator.publish('change-product', JSON.stringify({ productId, qty: 3 }))).toBe(true);
    await expect.poll(stockNow, { timeout: 10_000 }).toBe(before + 3);
  });

  it('sends the same request twice under one message id, and it counts once', async () => {
    const before = await stockNow();
    const body = JSON.stringify({ productId, qty: 7 });
    await operator.publish('change-product', body, { message_id: 'twice-over' });
    await operator.publish('change-product', body, { message_id: 'twice-over' });
    await operator.ask('change-product', { productId, qty: 1 });
    expect(await stockNow()).toBe(before + 8);
  });

  it('accepts a paid order and refunds it: the order, the stand-in and the stock show it, once', async () => {
    const before = await stockNow();
    const { orderId, shopper } = await paidOrder();
    await expect.poll(stockNow, { timeout: 10_000 }).toBe(before - 1);
    expect(orderReply.parse(await operator.ask('accept-order', { orderId })).order.state).toBe('accepted');
    expect((await shopper.get(`/orders/${orderId}`)).text).toMatch(/accepted/i);

    const refunds = await Promise.all([
      operator.ask('refund', { orderId, reason: 'duplicate' }),
      operator.ask('refund', { orderId }),
    ]);
    for (const refund of refunds) expect(orderReply.parse(refund).order.state).toMatch(/^refund(ing|ed)$/);
    await expect
      .poll(async () => (await shopper.get(`/orders/${orderId}`)).text, { timeout: 15_000 })
      .toMatch(/Refunded/);
    await expect.poll(stockNow, { timeout: 10_000 }).toBe(before);

    const payments = z
      .object({
        payments: z.array(
          z.object({
            amount: z.int(),
            amount_refunded: z.int(),
            metadata: z.record(z.string(), z.string()),
            refunds: z.array(z.unknown()),
          }),
        ),
      })
      .parse(await (await fetch(`${shop.urls.stripe}/sandbox/ledger`)).json()).payments;
    const mine = payments.filter(({ metadata }) => metadata.orderId === orderId);
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ amount: 1_490, amount_refunded: 1_490, refunds: [expect.anything()] });
  });
});

describe.each(allRpcContracts.map(({ queue, owner, secret }) => [queue, owner, secret] as const))(
  'a malformed message in %s',
  (queue, owner, secret) => {
    it('is explained, parked, and stops nobody', async () => {
      const marker = `{"nonsense":"${queue}`;
      const correlationId = `malformed-${queue}`;
      await operator.publish(queue, marker, { reply_to: 'gui-replies', correlation_id: correlationId });
      const answer = await operator.answerTo(correlationId);
      expect(answer).toMatchObject({ ok: false });
      const parked = new Map<unknown, string>();
      await until(async () => {
        for (const { payload, properties } of await operator.take(`parking.${owner}`, 50))
          parked.set(properties.correlation_id, payload);
        return parked.has(correlationId);
      }, 10_000);
      // What may hold a password is not kept.
      expect(parked.get(correlationId)).toBe(secret ? '' : marker);
      // Whoever consumed it still answers, if only with a sentence.
      const after = await operator.ask(queue, { nonsense: true });
      expect(after).toMatchObject({ ok: false });
    });
  },
);
