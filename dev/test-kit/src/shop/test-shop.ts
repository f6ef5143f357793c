import { type Order, order } from '@micromall/contracts';
import Stripe from 'stripe';
import { expect } from 'vitest';
import { z } from 'zod';
import { type Operator, operatorAt } from '../operator.js';
import { cards, newEmail, type Page, shopperPassword, WebShopper } from '../shopper.js';
import type { ShopAddress } from './address.js';
import { webhookSecret } from './variables.js';

const productReply = z.object({ product: z.object({ productId: z.string() }) });
const productsReply = z.object({ products: z.array(z.object({ available: z.int() })) });
const accountReply = z.object({ account: z.object({ userId: z.string() }) });
const ordersReply = z.object({ orders: z.array(order) });
const cartReply = z.object({ cart: z.object({ count: z.int() }) });

/** What everything that happens after a payment may take on a machine that is busy with other tests. */
export const settlesWithin = { timeout: 45_000, interval: 150 };

/** A shopper who stands at the payment page with one product. */
export interface Sale {
  readonly shopper: WebShopper;
  readonly userId: string;
  readonly productId: string;
  readonly orderId: string;
  readonly sessionId: string;
  readonly checkoutUrl: URL;
}

/** A shop whose payments and webhooks are the test's own: what the test does to it, and what it reads of it. */
export class TestShop {
  /** How many of each product the operator has made. */
  readonly made = new Map<string, number>();
  readonly operator: Operator;
  readonly stripeUrl: string;

  constructor(readonly address: ShopAddress) {
    this.operator = operatorAt(address);
    this.stripeUrl = address.urls.stripe;
  }

  async newProduct(name: string, quantity = 10, price = 1_850): Promise<string> {
    const reply = await this.operator.ask('create-product', { name, quantity, price });
    const { productId } = productReply.parse(reply).product;
    this.made.set(productId, quantity);
    return productId;
  }

  async stockOf(productId: string): Promise<number> {
    const reply = await this.operator.ask('catalog', { productIds: [productId] });
    return productsReply.parse(reply).products[0]?.available ?? Number.NaN;
  }

  async ordersOf(userId: string): Promise<Order[]> {
    return ordersReply.parse(await this.operator.ask('get-orders', { userId })).orders;
  }

  /** The states of a shopper's orders, newest first. */
  async statesOf(userId: string): Promise<string[]> {
    return (await this.ordersOf(userId)).map(({ state }) => state);
  }

  async cartCount(userId: string): Promise<number> {
    return cartReply.parse(await this.operator.ask('get-cart', { id: userId })).cart.count;
  }

  guest(): WebShopper {
    return new WebShopper(this.address.urls.site, this.stripeUrl);
  }

  async newShopper(): Promise<{ shopper: WebShopper; userId: string }> {
    const shopper = this.guest();
    const email = newEmail();
    await shopper.register('Ada', email);
    const login = await this.operator.ask('login', { email, password: shopperPassword });
    const { userId } = accountReply.parse(login).account;
    return { shopper, userId };
  }

  /** A new shopper on the confirm page, with one of the product in the cart. */
  async atConfirmPage(productId: string): Promise<{ shopper: WebShopper; userId: string; confirm: Page }> {
    const { shopper, userId } = await this.newShopper();
    await shopper.addToCart(productId);
    return { shopper, userId, confirm: await shopper.get('/checkout') };
  }

  /** A new shopper at the payment page, about to buy one of the product. */
  async atPaymentPage(productId: string): Promise<Sale> {
    const { shopper, userId, confirm } = await this.atConfirmPage(productId);
    const { sessionId, checkoutUrl } = await shopper.toPaymentPage(confirm);
    const [newest] = await this.ordersOf(userId);
    return { shopper, userId, productId, orderId: newest?.orderId ?? '', sessionId, checkoutUrl };
  }

  /** Pays; answers with where the payment page leads then. */
  async pay({ shopper, sessionId }: Pick<Sale, 'shopper' | 'sessionId'>): Promise<string> {
    const { outcome, redirect_url: back = '' } = await shopper.pay(sessionId, cards.pays);
    expect(outcome).toBe('paid');
    const { pathname, search } = new URL(back);
    return pathname + search;
  }

  /** Calls the stand-in's control API; answers with what it says. */
  async control(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body: object = {}) {
    const response = await fetch(`${this.stripeUrl}/sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'PUT' || method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  }

  /** How the stand-in delivers from now on; nothing said means: well. */
  async webhooks(behaviour: object): Promise<void> {
    expect((await this.control('PUT', '/webhooks', behaviour)).status).toBe(200);
  }

  /** How the next calls to the stand-in's API go wrong. */
  async apiFault(fault: object): Promise<void> {
    expect((await this.control('POST', '/api-faults', fault)).status).toBe(200);
  }

  /** The stand-in behaves well again. */
  async behave(): Promise<void> {
    await this.control('DELETE', '/api-faults');
    await this.webhooks({});
  }

  /** The session runs out now; the status says whether it was still open (200) or not (409). */
  async expire(sessionId: string): Promise<number> {
    return (await this.control('POST', `/sessions/${sessionId}/expire`)).status;
  }

  /** Posts to the shop's webhook address. */
  post(body: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.address.urls.webhook, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  /** Delivers news of a session by hand, signed as Stripe signs. */
  deliver(
    type: string,
    { sessionId, orderId }: Pick<Sale, 'sessionId' | 'orderId'>,
    { at = Math.floor(Date.now() / 1_000), secret = webhookSecret } = {},
  ): Promise<Response> {
    const object = { id: sessionId, object: 'checkout.session', metadata: { orderId } };
    const body = JSON.stringify({ id: 'evt_by_hand', object: 'event', type, data: { object } });
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at });
    return this.post(body, { 'stripe-signature': signature });
  }

  /** The sum of a service's counter over all its series that carry these labels. */
  async count(service: string, counter: string, labels: Record<string, string>): Promise<number> {
    const text = await (await fetch(`${this.address.urls.operations[service]}/metrics`)).text();
    const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${counter}{`) && wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** A number of a service that has one series only. */
  async gauge(service: string, name: string): Promise<number> {
    const text = await (await fetch(`${this.address.urls.operations[service]}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`) || each.startsWith(`${name} `));
    return Number(line?.slice(line.lastIndexOf(' ')));
  }

  /** Waits until every event about payments that was published has been consumed by every subscriber. */
  async quiet(): Promise<void> {
    const hops = [
      ['payment.succeeded', 'payment-service', ['order-service']],
      ['payment.expired', 'payment-service', ['order-service']],
      ['order.paid', 'order-service', ['product-service', 'cart-service']],
      ['order.cancelled', 'order-service', ['product-service']],
    ] as const;
    for (const [event, emitter, subscribers] of hops) {
      for (const subscriber of subscribers) {
        await expect
          .poll(async () => {
            const consumed = await this.count(subscriber, 'events_consumed_total', {
              event,
              outcome: 'handled',
            });
            const published = await this.count(emitter, 'events_published_total', {
              event,
              outcome: 'confirmed',
            });
            return published - consumed;
          }, settlesWithin)
          .toBe(0);
      }
    }
  }
}
