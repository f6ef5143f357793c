import { operatorAt } from '@micromall/test-kit/operator';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import type { Page } from '@micromall/test-kit/shopper';
import { newEmail, WebShopper } from '@micromall/test-kit/shopper';
import { expect, it } from 'vitest';
import { z } from 'zod';

const shop = await sharedShop();
const operator = operatorAt(shop);

const stock = z.object({ product: z.object({ productId: z.string(), available: z.int() }) });
const ledger = z.object({
  payments: z.array(
    z.object({ amount: z.int(), amount_refunded: z.int(), metadata: z.record(z.string(), z.string()) }),
  ),
});

it('40 shoppers at once want one each of a product with 10 left: 10 have it, 30 are told before paying', async () => {
  const { product } = stock.parse(
    await operator.ask('create-product', { name: 'Rush lamp', quantity: 10, price: 4_000 }),
  );
  const shoppers: { shopper: WebShopper; confirm: Page }[] = [];
  for (let index = 0; index < 40; index += 1) {
    const shopper = new WebShopper(shop.urls.site, shop.urls.stripe);
    await shopper.register(`Shopper ${index}`, newEmail());
    await shopper.addToCart(product.productId, await shopper.get('/?search=Rush+lamp'));
    shoppers.push({ shopper, confirm: await shopper.get('/checkout') });
  }

  const attempts = await Promise.all(
    shoppers.map(async ({ shopper, confirm }) => ({ shopper, placed: await shopper.payNow(confirm) })),
  );
  const orders: string[] = [];
  for (const { shopper, placed } of attempts) {
    if (!placed.placed) {
      expect(placed.page.status).toBe(409);
      expect(placed.page.text).toContain('Rush lamp');
      continue;
    }
    const { orderId, page } = await shopper.payAndReturn(placed.sessionId);
    expect(page.text).toMatch(/MM-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    orders.push(orderId);
  }
  expect(new Set(orders).size).toBe(10);

  const { payments } = ledger.parse(await (await fetch(`${shop.urls.stripe}/sandbox/ledger`)).json());
  const paid = payments.filter(({ metadata }) => orders.includes(metadata.orderId ?? ''));
  expect(paid).toHaveLength(10);
  expect(paid.every(({ amount, amount_refunded }) => amount === 4_500 && amount_refunded === 0)).toBe(true);

  // Nothing is left, nothing is still reserved: not one can be taken away, and none comes back.
  const taken = await operator.ask('change-product', { productId: product.productId, qty: -1 });
  expect(taken).toMatchObject({
    ok: false,
    error: { code: 'insufficient-stock', details: { available: 0 } },
  });
  for (const { shopper } of attempts.filter(({ placed }) => !placed.placed)) {
    expect((await shopper.get('/orders')).text).not.toContain('>Paid<');
  }
});
