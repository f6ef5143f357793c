import { until } from '@micromall/launcher';
import { settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { hiddenFieldsOf, type WebShopper } from '@micromall/test-kit/shopper';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OwnShop } from './own-shop.js';

/** A shopper with something in the cart and an order behind them, and what the pages show when all is well. */
interface Scenario {
  readonly shopper: WebShopper;
  readonly guest: WebShopper;
  /** The hidden fields of a form that each was shown. */
  readonly shopperForm: Record<string, string>;
  readonly guestForm: Record<string, string>;
  readonly productId: string;
  readonly orderId: string;
}

type PageName =
  | 'catalogue'
  | 'product'
  | 'cart'
  | 'confirm page'
  | 'orders'
  | 'order'
  | 'success'
  | 'log-in form'
  | 'logging in'
  | 'registering'
  | 'adding to the cart';
type Shown = readonly [status: number, words: RegExp];

const name = 'Outlasting mug';
/** Also on a machine that is busy with other tests. */
const answeredWithinMs = 15_000;
const traceNumber = /<code>[0-9a-f]{32}<\/code>|"traceId":"[0-9a-f]{32}"/;

let own: OwnShop;
let scenario: Scenario;
let frontendPid: number | undefined;

beforeAll(async () => {
  own = await OwnShop.open({ FIRST_CHECK_MS: '5000' });
  const productId = await own.newProduct(name, 1_000);
  const sale = await own.atPaymentPage(productId);
  const back = await own.pay(sale);
  const paid = async () => (await sale.shopper.get(back)).text.includes('Thank you!');
  if (!(await until(paid, settlesWithin.timeout))) throw new Error('the payment did not become an order');
  await sale.shopper.addToCart(productId);
  const guest = own.guest();
  scenario = {
    ...sale,
    guest,
    shopperForm: hiddenFieldsOf(await sale.shopper.get(`/products/${productId}`), '/cart/add'),
    guestForm: hiddenFieldsOf(await guest.get('/login'), '/login'),
  };
  frontendPid = own.shop.process('frontend-service').pid();
});
afterAll(() => own?.close());

const usual: Readonly<Record<PageName, Shown>> = {
  catalogue: [200, new RegExp(`(?<!minutes old[\\s\\S]*)${name}`)],
  product: [200, new RegExp(`(?<!minutes old[\\s\\S]*)${name}[\\s\\S]*Add to cart`)],
  cart: [200, new RegExp(`<h1>Your cart</h1>[\\s\\S]*${name}`)],
  'confirm page': [200, new RegExp(`Confirm your order[\\s\\S]*${name}[\\s\\S]*Pay now`)],
  orders: [200, />Paid</],
  order: [200, />Paid</],
  success: [200, /Thank you!/],
  'log-in form': [200, /name="password"/],
  // Nobody has this address: auth-service has answered.
  'logging in': [401, /No account has this e-mail address and this password/],
  registering: [422, /must have at least 8 characters/],
  'adding to the cart': [200, new RegExp(`${name} is in your cart`)],
};

const oldCatalogue = {
  catalogue: [200, new RegExp(`minutes old[\\s\\S]*${name}`)],
  product: [200, new RegExp(`minutes old[\\s\\S]*${name}[\\s\\S]*Add to cart`)],
} as const;
const cartUnavailable = {
  cart: [503, /Your cart is resting/],
  'confirm page': [503, /Checking out is resting/],
  'adding to the cart': [503, /Your cart is resting and does not answer/],
} as const;
const ordersUnavailable = {
  'confirm page': [503, /Checking out is resting/],
  orders: [503, /Your orders are resting/],
  order: [503, /Your orders are resting/],
  success: [503, /Your payment is being confirmed[\s\S]*if there is no order your money goes back/],
} as const;
const loggingInUnavailable = { 'logging in': [503, /Logging in is resting/] } as const;

/** What is shown otherwise than usual while a part of the shop is away. */
const outages: readonly [process: string, Partial<Readonly<Record<PageName, Shown>>>][] = [
  ['auth-service', loggingInUnavailable],
  ['product-service', { ...oldCatalogue, ...cartUnavailable }],
  ['cart-service', cartUnavailable],
  ['order-service', ordersUnavailable],
  ['payment-service', {}],
  // Every service has its data there. The sessions are there too: the shopper is not recognised for a while.
  [
    'mongo',
    {
      ...oldCatalogue,
      ...cartUnavailable,
      ...ordersUnavailable,
      ...loggingInUnavailable,
      'adding to the cart': [503, /Your cart does not answer/],
    },
  ],
  ['rabbitmq', { ...oldCatalogue, ...cartUnavailable, ...ordersUnavailable, ...loggingInUnavailable }],
];

interface Seen {
  readonly status: number;
  readonly text: string;
}

/** Puts one into the cart as the browser's script does. */
async function addByScript({ shopper, shopperForm, productId }: Scenario): Promise<Seen> {
  const response = await fetch(`${own.shop.urls.site}/cart/add`, {
    method: 'POST',
    headers: { accept: 'application/json', cookie: shopper.cookieHeader },
    body: new URLSearchParams({ ...shopperForm, productId }),
  });
  return { status: response.status, text: await response.text() };
}

/** The catalogue, again and again for as long as a page of it may be kept before product-service is asked. */
async function catalogue(words: RegExp): Promise<Seen> {
  const end = performance.now() + 2_000;
  for (;;) {
    const page = await scenario.shopper.get('/');
    if (words.test(page.text) || page.status !== 200 || performance.now() > end) return page;
  }
}

let rounds = 0;
/** Each page of the shop, asked for at once by who would, and what is not as it should be. */
async function deviations(shown: Readonly<Record<PageName, Shown>>): Promise<string[]> {
  const { shopper, guest, guestForm, productId, orderId } = scenario;
  rounds += 1;
  const email = `nobody-${rounds}@example.com`;
  const visits: Readonly<Record<PageName, () => Promise<Seen>>> = {
    catalogue: () => catalogue(shown.catalogue[1]),
    product: () => shopper.get(`/products/${productId}`),
    cart: () => shopper.get('/cart'),
    'confirm page': () => shopper.get('/checkout'),
    orders: () => shopper.get('/orders'),
    order: () => shopper.get(`/orders/${orderId}`),
    success: () => shopper.get(`/success?order=${orderId}`),
    'log-in form': () => guest.get('/login'),
    'logging in': () => guest.post('/login', { ...guestForm, email, password: 'correct horse' }),
    registering: () => guest.post('/register', { ...guestForm, name: 'Ada', email, password: 'short' }),
    'adding to the cart': () => addByScript(scenario),
  };
  const found = await Promise.all(
    Object.entries(visits).map(async ([page, visit]) => {
      const started = performance.now();
      const { status, text } = await visit();
      const milliseconds = Math.round(performance.now() - started);
      const [wantedStatus, words] = shown[page as PageName];
      const about = `${page}: ${status} after ${milliseconds} ms, ${headingOf(text)}`;
      if (status !== wantedStatus || !words.test(text))
        return [`${about}; not ${wantedStatus} with ${words}`];
      if (milliseconds > answeredWithinMs) return [`${about}; too late`];
      if (status === 503 && !traceNumber.test(text)) return [`${about}; without a number to tell`];
      return [];
    }),
  );
  return found.flat();
}

function headingOf(text: string): string {
  const words = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(text)?.[1] ?? text.slice(0, 200);
  const notices = [...text.matchAll(/<p class="notice[^>]*>([\s\S]*?)<\/p>/g)].map(([, notice]) => notice);
  return [words, ...notices].join(' / ');
}

describe.each(outages)('while %s is away', (name, exceptions) => {
  it('hung or dead, each page says so or shows what it has, in time; and all is well when it is back', async () => {
    const process = own.shop.process(name);
    const shown = { ...usual, ...exceptions };
    process.kill('SIGSTOP');
    try {
      expect(await deviations(shown)).toEqual([]);
    } finally {
      process.kill('SIGCONT');
      await process.stop();
    }
    try {
      expect(await deviations(shown)).toEqual([]);
    } finally {
      await process.start();
    }

    await expect.poll(() => deviations(usual), settlesWithin).toEqual([]);
    expect(own.shop.process('frontend-service').pid()).toBe(frontendPid);
  });
});
