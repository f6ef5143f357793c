import type { Shop } from '@micromall/launcher';
import { operatorAt } from '@micromall/test-kit/operator';
import { addressOf } from '@micromall/test-kit/shop/address';
import { z } from 'zod';
import { buyOne, newShopper } from './shopping.js';

export interface PurchaseRate {
  readonly shoppers: number;
  readonly purchases: number;
  readonly perSecond: number;
}

const catalogReply = z.object({ products: z.array(z.object({ productId: z.string(), available: z.int() })) });

/** So that what is measured is buying, not running out. */
async function fillStock(shop: Shop): Promise<void> {
  const operator = operatorAt(addressOf(shop));
  const { products } = catalogReply.parse(await operator.ask('catalog', { all: true }));
  for (const { productId } of products) await operator.ask('change-product', { productId, qty: 9_000 });
}

/** Whole purchases per second with so many shoppers at once. */
export async function measurePurchases(
  shop: Shop,
  counts: readonly number[],
  forMs: number,
): Promise<PurchaseRate[]> {
  await fillStock(shop);
  const rates: PurchaseRate[] = [];
  for (const count of counts) {
    const shoppers = await Promise.all(Array.from({ length: count }, () => newShopper(shop)));
    let turn = 0;
    const choose = (products: readonly string[]): string => products[turn++ % products.length] ?? '';
    await Promise.all(shoppers.map((shopper) => buyOne(shopper, choose)));

    let purchases = 0;
    const started = performance.now();
    await Promise.all(
      shoppers.map(async (shopper) => {
        while (performance.now() - started < forMs) {
          if ((await buyOne(shopper, choose)) === 'bought') purchases += 1;
        }
      }),
    );
    rates.push({
      shoppers: count,
      purchases,
      perSecond: purchases / ((performance.now() - started) / 1_000),
    });
  }
  return rates;
}

export interface RushOutcome {
  readonly buyers: number;
  readonly inStock: number;
  readonly sold: number;
  readonly refused: number;
}

/** Everybody wants one of the same thing at once, and there is less of it: never one too many may be sold. */
export async function rush(shop: Shop, buyers: number, inStock: number): Promise<RushOutcome> {
  const operator = operatorAt(addressOf(shop));
  const created = await operator.ask('create-product', {
    name: `Rush ${Date.now()}`,
    quantity: inStock,
    price: 1_000,
  });
  const { productId } = z.object({ product: z.object({ productId: z.string() }) }).parse(created).product;
  const shoppers = await Promise.all(Array.from({ length: buyers }, () => newShopper(shop)));
  const outcomes = await Promise.all(shoppers.map((shopper) => buyOne(shopper, () => productId)));
  const sold = outcomes.filter((outcome) => outcome === 'bought').length;
  return { buyers, inStock, sold, refused: buyers - sold };
}
