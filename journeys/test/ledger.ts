import type { Order } from '@micromall/contracts';
import { expect } from 'vitest';
import { z } from 'zod';
import { type OwnShop, settlesWithin } from './own-shop.js';

const payment = z.object({
  payment_intent: z.string(),
  amount: z.int(),
  amount_refunded: z.int(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()),
});
type Payment = z.output<typeof payment>;

const ledgerReply = z.object({ payments: z.array(payment) });

/** Every payment that the stand-in took, with what it gave back. Amounts: integers, minor units. */
export async function ledger(own: OwnShop): Promise<Payment[]> {
  return ledgerReply.parse((await own.control('GET', '/ledger')).body).payments;
}

/** States in which the shop says that it has the money. */
const hasMoney = ['paid', 'accepted', 'shipped', 'delivered'];

/**
 * Compares the stand-in's payments with the shop's orders, and those with its stock, line by line.
 * @returns what disagrees, a sentence each; nothing if the books are right and at rest
 */
export async function disagreements(own: OwnShop): Promise<string[]> {
  const payments = await ledger(own);
  const userIds = new Set([...own.shoppers, ...payments.flatMap(({ metadata }) => metadata.userId ?? [])]);
  const orders = (await Promise.all([...userIds].map((userId) => own.ordersOf(userId)))).flat();
  return [
    ...strangePayments(payments, orders),
    ...orders.flatMap((order) => moneyOf(order, payments)),
    ...(await stockLines(own, orders)),
  ];
}

/** Waits until the books agree, and says on failure what does not. */
export async function expectBooksToAgree(own: OwnShop): Promise<void> {
  await expect.poll(() => disagreements(own), settlesWithin).toEqual([]);
}

function strangePayments(payments: readonly Payment[], orders: readonly Order[]): string[] {
  const known = new Set(orders.map(({ orderId }) => orderId));
  return payments
    .filter(({ metadata }) => !known.has(metadata.orderId ?? ''))
    .map(({ payment_intent }) => `payment ${payment_intent} is for no order of the shop`);
}

function moneyOf(order: Order, payments: readonly Payment[]): string[] {
  const mine = payments.filter(({ metadata }) => metadata.orderId === order.orderId);
  const kept = mine.reduce((sum, { amount, amount_refunded }) => sum + amount - amount_refunded, 0);
  const due = hasMoney.includes(order.state) ? order.total : 0;
  const said = `order ${order.number} is ${order.state}`;
  const wrong: string[] = [];
  if (order.state === 'refunding' || order.state === 'refund-failed') wrong.push(`${said}: not at rest`);
  if (mine.length > 1) wrong.push(`${said} and was paid ${mine.length} times`);
  if (kept !== due) wrong.push(`${said}, so ${due} should be kept, but the stand-in keeps ${kept}`);
  for (const { currency } of mine) {
    if (currency.toUpperCase() !== order.currency) wrong.push(`${said} and was paid in ${currency}`);
  }
  return wrong;
}

/** An order holds or has its stock unless it was cancelled or paid back. */
function takesStock(order: Order): boolean {
  return order.state !== 'refunded' && !order.history.some(({ state }) => state === 'cancelled');
}

async function stockLines(own: OwnShop, orders: readonly Order[]): Promise<string[]> {
  const lines = orders.filter(takesStock).flatMap((order) => order.lines);
  const wrong: string[] = [];
  for (const [productId, made] of own.made) {
    const taken = lines
      .filter((line) => line.productId === productId)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const available = await own.stockOf(productId);
    if (available !== made - taken) {
      wrong.push(`of ${made} of ${productId} orders have ${taken}, but ${available} are for sale`);
    }
  }
  return wrong;
}
