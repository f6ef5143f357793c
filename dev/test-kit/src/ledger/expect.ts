import { expect } from 'vitest';
import { settlesWithin, type TestShop } from '../shop/test-shop.js';
import type { Payment } from './books.js';
import { compareBooks } from './compare.js';
import { readMoneyAndStock, readPayments } from './read-books.js';

/** Every payment that the stand-in took, with what it gave back. Amounts: integers, minor units. */
export function ledger(own: TestShop): Promise<Payment[]> {
  return readPayments(own.stripeUrl);
}

/**
 * Compares the stand-in's payments with the shop's orders, and those with its stock, line by line.
 * @returns what disagrees, a sentence each; nothing if the books are right and at rest
 */
export async function disagreements(own: TestShop): Promise<string[]> {
  const books = await readMoneyAndStock({ urls: own.address.urls, stocked: own.made });
  // Some tests send messages on purpose that nobody can handle, and none listens to every event.
  return compareBooks({ ...books, events: undefined, parked: [] }).map(({ says }) => says);
}

/** Waits until the books agree, and says on failure what does not. */
export async function expectBooksToAgree(own: TestShop): Promise<void> {
  await expect.poll(() => disagreements(own), settlesWithin).toEqual([]);
}
