import { openBrowser } from '@micromall/test-kit/browser';
import { operatorAt } from '@micromall/test-kit/operator';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { desktop, openPage, phone } from './pages.js';
import { card, cartCount, payNow, payWith, register, toConfirmPage } from './steps.js';

const shop = await sharedShop();
const operator = operatorAt(shop);
const { site } = shop.urls;
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

/** Names of this run: a shop that stood before the journeys may have sold the same things already. */
const run = Date.now().toString(36);
function named(thing: string): string {
  return `${thing} ${run}`;
}

const product = z.object({ productId: z.string(), available: z.int() });

async function newProduct(name: string, quantity: number, price = 1_850): Promise<string> {
  const reply = await operator.ask('create-product', { name, quantity, price, category: 'Journeys' });
  return z.object({ product }).parse(reply).product.productId;
}
async function stockOf(productId: string): Promise<number> {
  const reply = await operator.ask('catalog', { productIds: [productId] });
  return z.object({ products: z.array(product) }).parse(reply).products[0]?.available ?? Number.NaN;
}

const browsers: [string, BrowserContextOptions][] = [
  ['at a desk', desktop],
  ['on a phone', phone],
  ['at a desk without JavaScript', { ...desktop, javaScriptEnabled: false }],
  ['on a phone without JavaScript', { ...phone, javaScriptEnabled: false }],
];

describe.each(browsers)('a visitor %s', (where, options) => {
  it('looks around, fills a cart, registers, pays and has an order', async () => {
    const name = named(`Lantern seen ${where}`);
    const productId = await newProduct(name, 3);
    const page = await openPage(browser, options);

    await page.goto(site);
    expect(await page.locator('.card').count()).toBeGreaterThanOrEqual(23);
    // Other tests add products without a picture meanwhile; the demo's all have one.
    const pictures = await page
      .locator('.card img[src^="/images/"]')
      .evaluateAll((images) => images.map((image) => image.getAttribute('src')));
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures.slice(0, 4)) {
      const { status, headers } = await fetch(new URL(picture ?? '', site));
      expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
        200,
        'image/webp',
        'public, max-age=31536000, immutable',
      ]);
    }
    // Nothing may stick out of a phone's screen; the page can be asked even where its own scripts are off.
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);

    await page.goto(`${site}/?search=${encodeURIComponent(name)}`);
    expect(await card(page, name).innerText()).toMatch(/\$18\.50[\s\S]*Only 3 left/);
    await card(page, name).getByRole('button', { name: 'Add to cart' }).click();
    await expect.poll(() => cartCount(page)).toBe(1);

    await page.getByRole('link', { name: /^Cart/ }).click();
    await page.getByRole('button', { name: `One more of ${name}` }).click();
    await expect.poll(() => cartCount(page)).toBe(2);
    await page.getByRole('link', { name: 'Check out' }).click();

    // A guest is asked who they are, and the cart comes along.
    await page.waitForURL(/\/login/);
    await register(page, site, '/checkout');
    await page.goto(`${site}/checkout`);
    const confirm = await page.locator('main').innerText();
    expect(confirm).toContain('2 × $18.50');
    expect(confirm).toMatch(/Standard Delivery[\s\S]*\$5\.00/);
    expect(confirm).toMatch(/Total\s*\$42\.00/);

    await payNow(page);
    expect(new URL(page.url()).origin).toBe(new URL(shop.urls.stripe).origin);
    expect(await page.locator('body').innerText()).toMatch(/test mode/i);
    expect(await page.locator('body').innerText()).toContain(name);
    await payWith(page, '4242424242424242');

    await page.waitForURL(`${site}/success**`);
    const thanks = await page.locator('main').innerText();
    const [number] = /MM-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(thanks) ?? [];
    expect(number).toBeDefined();
    expect(await cartCount(page)).toBe(0);

    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    const orders = await page.locator('main').innerText();
    expect(orders).toContain(number);
    expect(orders).toContain('Paid');
    await expect.poll(() => stockOf(productId)).toBe(1);
    expect(page.problems).toEqual([]);
    await page.context().close();
  });
});

describe('a shopper at the payment page', () => {
  it('passes 3-D Secure and has an order', async () => {
    await newProduct(named('Secure kettle'), 2);
    const page = await openPage(browser, desktop);
    await register(page, site);
    await toConfirmPage(page, site, named('Secure kettle'));
    await payNow(page);
    await payWith(page, '4000000000003220');
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    await page.waitForURL(`${site}/success**`);
    expect(await page.locator('main').innerText()).toMatch(/MM-/);
    await page.context().close();
  });

  it('fails 3-D Secure, is told, and pays with another card', async () => {
    await newProduct(named('Second chance kettle'), 2);
    const page = await openPage(browser, phone);
    await register(page, site);
    await toConfirmPage(page, site, named('Second chance kettle'));
    await payNow(page);
    await payWith(page, '4000000000003220');
    await page.getByRole('button', { name: 'Fail authentication' }).click();
    await page.getByLabel('Card number').waitFor();
    expect(await page.locator('body').innerText()).toMatch(/authenticat/i);
    await payWith(page, '4242424242424242');
    await page.waitForURL(`${site}/success**`);
    await page.context().close();
  });

  it('is declined with the reason, tries again and pays once', async () => {
    const productId = await newProduct(named('Costly kettle'), 5);
    const page = await openPage(browser, { ...desktop, javaScriptEnabled: false });
    await register(page, site);
    await toConfirmPage(page, site, named('Costly kettle'));
    await payNow(page);
    await payWith(page, '4000000000009995');
    await page
      .getByText(/insufficient funds/i)
      .first()
      .waitFor();
    expect(await stockOf(productId)).toBe(4);
    await payWith(page, '4242424242424242');
    await page.waitForURL(`${site}/success**`);
    await page.goto(`${site}/orders`);
    expect((await page.locator('main').innerText()).match(/MM-/g)).toHaveLength(1);
    expect(await stockOf(productId)).toBe(4);
    await page.context().close();
  });

  it('goes back: nothing is charged, the cart is still there and the stock is free again', async () => {
    const productId = await newProduct(named('Unsure kettle'), 1);
    const page = await openPage(browser, desktop);
    await register(page, site);
    await toConfirmPage(page, site, named('Unsure kettle'));
    await payNow(page);
    expect(await stockOf(productId)).toBe(0);
    await page.getByRole('link', { name: /Back/ }).first().click();
    await page.waitForURL(`${site}/cancel**`);
    expect(await page.locator('main').innerText()).toMatch(/nothing was charged/i);
    expect(await cartCount(page)).toBe(1);
    await expect.poll(() => stockOf(productId), { timeout: 10_000 }).toBe(1);

    await page.goto(`${site}/checkout`);
    await payNow(page);
    await payWith(page, '4242424242424242');
    await page.waitForURL(`${site}/success**`);
    await page.context().close();
  });
});

describe('a cart', () => {
  it('takes no more than there is, and says so', async () => {
    await newProduct(named('Rare kettle'), 1);
    const page = await openPage(browser, desktop);
    await page.goto(`${site}/?search=${encodeURIComponent(named('Rare kettle'))}`);
    const add = card(page, named('Rare kettle')).getByRole('button', { name: 'Add to cart' });
    await add.click();
    await expect.poll(() => cartCount(page)).toBe(1);
    await add.click();
    await page
      .getByText(/Only 1 .*Rare kettle.* left|Only 1 of/i)
      .first()
      .waitFor();
    expect(await cartCount(page)).toBe(1);
    await page.context().close();
  });

  it('is brought in line when the stock shrank since, and says what changed', async () => {
    const productId = await newProduct(named('Shrinking kettle'), 3);
    const page = await openPage(browser, desktop);
    await register(page, site);
    await page.goto(`${site}/?search=${encodeURIComponent(named('Shrinking kettle'))}`);
    for (const count of [1, 2, 3]) {
      await card(page, named('Shrinking kettle')).getByRole('button', { name: 'Add to cart' }).click();
      await expect.poll(() => cartCount(page)).toBe(count);
    }
    await operator.ask('change-product', { productId, qty: -2 });
    await page.goto(`${site}/checkout`);
    const confirm = await page.locator('main').innerText();
    expect(confirm).toContain('The following items changed');
    expect(confirm).toContain(named('Shrinking kettle'));
    expect(confirm).toContain('1 × $18.50');
    await page.context().close();
  });

  it('is refused on the confirm page, before paying, when somebody else was faster', async () => {
    const productId = await newProduct(named('Contested kettle'), 1);
    const page = await openPage(browser, desktop);
    await register(page, site);
    await toConfirmPage(page, site, named('Contested kettle'));
    await operator.ask('change-product', { productId, qty: -1 });
    await page.getByRole('button', { name: 'Pay now' }).click();
    await page.getByRole('alert').first().waitFor();
    expect(new URL(page.url()).origin).toBe(new URL(site).origin);
    expect(await page.locator('main').innerText()).toMatch(/Contested kettle/);
    await page.context().close();
  });
});
