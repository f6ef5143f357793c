import { request } from 'node:http';
import { until } from '@micromall/launcher/processes/waiting';
import { operatorAt } from '@micromall/test-kit/operator';
import type { ShopAddress } from '@micromall/test-kit/shop/address';
import {
  hiddenFieldsOf,
  newEmail,
  type Page,
  shopperPassword,
  WebShopper,
} from '@micromall/test-kit/shopper';
import { afterEach, beforeAll, expect } from 'vitest';
import { z } from 'zod';

/** What the shop answered; redirects are not followed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Message {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends exactly this path; `fetch` would normalise one such as `/assets/../secrets`. */
export function send(origin: string, path: string, message: Message = {}): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path,
        method: message.method ?? 'GET',
        headers: { accept: 'text/html', ...message.headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(message.body);
  });
}

export const asForm = 'application/x-www-form-urlencoded';

/** A form as this visitor's browser would send it, with whatever fields. */
export function postForm(
  site: string,
  visitor: WebShopper,
  path: string,
  fields: Record<string, string> | [string, string][],
): Promise<Answer> {
  return send(site, path, {
    method: 'POST',
    headers: { 'content-type': asForm, cookie: visitor.cookieHeader },
    body: new URLSearchParams(fields).toString(),
  });
}

/** What no visitor may ever read: stacks, files, the names of what the shop is made of, an unescaped script. */
const internals =
  /node_modules|\bat (?:async )?\S+ \(|file:\/\/|\.[tj]s:\d+|mongo|amqp|lmdb|zod|rabbit|\[object |ECONN|Invalid input|undefined|<script>alert|<img src=x/i;

/** The answer has this status and this sentence, and shows nothing internal. */
export function expectRefusal(answer: Answer, status: number, sentence: RegExp): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(sentence)]);
  expectNoInternals(answer);
}

export function expectNoInternals(answer: { readonly text: string; readonly headers: object }): void {
  expect(answer.text).not.toMatch(internals);
  expect(answer.headers).not.toHaveProperty('x-powered-by');
}

const ok = z.looseObject({ ok: z.literal(true) });
const made = ok.extend({ product: z.looseObject({ productId: z.string() }) });
const found = ok.extend({ products: z.array(z.looseObject({ name: z.string() })) });
const loggedIn = ok.extend({ account: z.object({ userId: z.string() }) });
const settled = z.object({
  products: z.tuple([z.object({ available: z.literal(18) })]),
  cart: z.object({ cart: z.object({ count: z.literal(2) }) }),
  ofBob: z.object({
    orders: z.tuple([
      z.object({ state: z.literal('awaiting-payment') }),
      z.object({ state: z.literal('paid') }),
    ]),
  }),
});

interface Person {
  readonly shopper: WebShopper;
  readonly email: string;
  readonly userId: string;
}

/** A lamp, and two people with something to lose: a cart, an order that is paid, one that is being paid. */
export interface Scenario {
  readonly productId: string;
  readonly ada: Person;
  readonly bob: Person & { readonly paidOrder: string; readonly openOrder: string };
  readonly admin: WebShopper;
  /** Sends a message with Ada's cookies. */
  asAda(path: string, message?: Message): Promise<Answer>;
  /** The hidden fields of the form with this action on this page, as Ada sees them. */
  hidden(path: string, action: string): Promise<Record<string, string>>;
  /** Everything that bad input must not change: stock, price, carts, orders, accounts. */
  state(): Promise<unknown>;
}

/** The scenario of a test file, and its state, which no test may change. */
export interface Guarded {
  readonly scenario: Scenario;
  before: unknown;
}

/**
 * Sets up a scenario before the tests of a file, and compares its state after each.
 * @param name of the lamp; nothing else in the shop may be called so
 */
export function guard(shop: ShopAddress, name: string): Guarded {
  let scenario: Scenario | undefined;
  const guarded = {
    get scenario(): Scenario {
      if (!scenario) throw new Error('the scenario is set up before the tests');
      return scenario;
    },
    before: undefined as unknown,
  };
  beforeAll(async () => {
    scenario = await setUp(shop, name);
    guarded.before = await scenario.state();
  });
  afterEach(async () => {
    expect(await scenario?.state()).toEqual(guarded.before);
  });
  return guarded;
}

async function setUp(shop: ShopAddress, name: string): Promise<Scenario> {
  const operator = operatorAt(shop);
  const { site, stripe } = shop.urls;
  const { product } = made.parse(
    await operator.ask('create-product', { name, quantity: 20, price: 3_000, category: 'Guarded' }),
  );
  const { productId } = product;

  async function person(who: string): Promise<Person> {
    const shopper = new WebShopper(site, stripe);
    const email = newEmail();
    await shopper.register(who, email);
    const { account } = loggedIn.parse(await operator.ask('login', { email, password: shopperPassword }));
    return { shopper, email, userId: account.userId };
  }
  async function order(buyer: Person): Promise<{ sessionId: string; orderId: string }> {
    await buyer.shopper.addToCart(productId);
    const before = new Set(await orderIds(buyer));
    const { sessionId } = await buyer.shopper.toPaymentPage();
    const [orderId = ''] = (await orderIds(buyer)).filter((id) => !before.has(id));
    return { sessionId, orderId };
  }
  const orderIds = async ({ userId }: Person) =>
    ok
      .extend({ orders: z.array(z.object({ orderId: z.string() })) })
      .parse(await operator.ask('get-orders', { userId }))
      .orders.map(({ orderId }) => orderId);

  const ada = await person('Ada');
  await ada.shopper.addToCart(productId);
  await ada.shopper.addToCart(productId);
  const bob = await person('Bob');
  const paid = await order(bob);
  await bob.shopper.payAndReturn(paid.sessionId);
  const open = await order(bob);
  const admin = new WebShopper(site, stripe);
  await admin.logIn(shop.credentials.admin.email, shop.credentials.admin.password);

  async function state(): Promise<unknown> {
    const [lamps, cart, ofAda, ofBob, login] = await Promise.all([
      operator.ask('catalog', { all: true }),
      operator.ask('get-cart', { id: ada.userId }),
      operator.ask('get-orders', { userId: ada.userId }),
      operator.ask('get-orders', { userId: bob.userId }),
      operator.ask('login', { email: ada.email, password: shopperPassword }),
    ]);
    const products = found.parse(lamps).products.filter((each) => each.name.includes(name));
    return { products, cart, ofAda, ofBob, account: loggedIn.parse(login).account };
  }
  // A sale is settled by events: wait until nothing moves any more.
  await until(async () => settled.safeParse(await state()).success, 20_000);

  return {
    productId,
    ada,
    bob: { ...bob, paidOrder: paid.orderId, openOrder: open.orderId },
    admin,
    state,
    asAda: (path, message = {}) =>
      send(site, path, { ...message, headers: { cookie: ada.shopper.cookieHeader, ...message.headers } }),
    async hidden(path, action) {
      return hiddenFieldsOf(await ada.shopper.get(path), action);
    },
  };
}

/** The page's token, for forms that the page itself would not send. */
export function tokenOf(page: Page): string {
  return /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
}
