import { newEmail, shopperPassword } from '@micromall/test-kit/shopper';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Fills the stand-in's payment page and submits it. */
export async function payWith(page: Page, card: string): Promise<void> {
  await page.getByLabel('Card number').fill(card);
  await page.getByLabel('Expiry').fill('12 / 34');
  await page.getByLabel('CVC').fill(card.startsWith('37') ? '1234' : '123');
  await page.getByLabel('Cardholder name').fill('Ada Lovelace');
  await page.getByRole('button', { name: /^Pay / }).click();
}

export async function register(page: Page, site: string, next = '/'): Promise<string> {
  const email = newEmail();
  await page.goto(`${site}/register?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(shopperPassword);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  return email;
}

export async function cartCount(page: Page): Promise<number> {
  return Number(await page.locator('[data-cart-count]').innerText());
}

/** The card of a product in the catalogue. */
export function card(page: Page, name: string) {
  return page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
}

/** Puts a product into the cart and on to the confirm page. */
export async function toConfirmPage(page: Page, site: string, name: string): Promise<void> {
  await page.goto(`${site}/?search=${encodeURIComponent(name)}`);
  const before = await cartCount(page);
  await card(page, name).getByRole('button', { name: 'Add to cart' }).click();
  await expect.poll(() => cartCount(page)).toBe(before + 1);
  await page.goto(`${site}/checkout`);
  await page.getByRole('heading', { name: 'Confirm your order' }).waitFor();
}

export async function payNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pay now' }).click();
  await page.getByLabel('Card number').waitFor();
}
