import type { Shop } from '@micromall/launcher';
import { newEmail, type Page, WebShopper } from '@micromall/test-kit/shopper';

/** Every product that a catalogue page offers for sale. */
export function productIdsOf(page: Page): string[] {
  return [...page.text.matchAll(/name="productId" value="([0-9a-f]{24})"/g)].map((match) => match[1] ?? '');
}

export type Purchase = 'bought' | 'sold out';

/** One whole purchase: catalogue, cart, confirm page, checkout session, paid, and the order is there. */
export async function buyOne(
  shopper: WebShopper,
  choose: (products: readonly string[]) => string,
): Promise<Purchase> {
  const catalogue = await shopper.get('/');
  const added = await shopper.addToCart(choose(productIdsOf(catalogue)), catalogue);
  if (added.status !== 200) return 'sold out';
  const confirm = await shopper.get('/checkout');
  // What is gone is taken out of the cart, and an empty cart has nothing to confirm.
  if (confirm.url.pathname !== '/checkout') return 'sold out';
  const placed = await shopper.payNow(confirm);
  if (!placed.placed) {
    if (placed.page.status === 409) return 'sold out';
    throw new Error(`"Pay now" answered ${placed.page.status}`);
  }
  const { page } = await shopper.payAndReturn(placed.sessionId);
  if (page.status !== 200 || !/MM-[0-9A-Z]{4}-[0-9A-Z]{4}/.test(page.text)) {
    throw new Error(`the success page (${page.status}) has no order number`);
  }
  return 'bought';
}

export async function newShopper(shop: Shop): Promise<WebShopper> {
  const shopper = new WebShopper(shop.urls.site.replace('localhost', '127.0.0.1'), shop.urls.stripe ?? '');
  await shopper.register('Ada', newEmail());
  return shopper;
}
