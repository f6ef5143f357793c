import { z } from 'zod';

/** Card numbers of the stand-in: one that pays, one that is declined, one that asks for 3-D Secure. */
export const cards = {
  pays: '4242424242424242',
  declined: '4000000000009995',
  authenticated: '4000000000003220',
} as const;

/** What shoppers of the tests log in with. */
export const shopperPassword = 'correct horse';

const run = `${process.pid}-${Date.now()}`;
let people = 0;

/** An address that nobody has used, also in a shop that earlier runs have visited. */
export function newEmail(): string {
  people += 1;
  return `shopper-${run}-${people}@example.com`;
}

/** A page with its status, its text, and its address after redirects. */
export interface Page {
  readonly status: number;
  readonly url: URL;
  readonly text: string;
  readonly headers: Headers;
}

const hiddenField = /<input type="hidden" name="([^"]+)" value="([^"]*)"/g;
const mostRedirects = 5;

/** What became of "Pay now": the payment page's address, or the page that says why not. */
export type Placed =
  | { readonly placed: true; readonly sessionId: string; readonly checkoutUrl: URL }
  | { readonly placed: false; readonly page: Page };

const paymentOutcome = z.object({
  outcome: z.string(),
  /** Where the payment page would lead the browser. */
  redirect_url: z.url().optional(),
  decline_code: z.string().nullish(),
  /** Of the session, when it is not open any more: `complete` or `expired`. */
  status: z.string().optional(),
});
export type PaymentOutcome = z.output<typeof paymentOutcome>;

/** A shopper who has paid and is back in the shop. */
export interface Bought {
  readonly orderId: string;
  /** The success page. */
  readonly page: Page;
}

/** A shopper without a browser: keeps cookies, follows redirects, sends the forms of the pages it was shown. */
export class WebShopper {
  readonly #cookies = new Map<string, string>();

  constructor(
    readonly site: string,
    readonly stripe: string,
  ) {}

  get cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path: string): Promise<Page> {
    return this.#request(new URL(path, this.site), { method: 'GET' });
  }

  /** Sends a form with what its page hid in it, as a browser does. Redirects are followed only within the site. */
  async submit(page: Page, action: string, fields: Record<string, string>): Promise<Page> {
    return this.post(action, { ...hiddenFieldsOf(page, action), ...fields });
  }

  post(path: string, fields: Record<string, string>): Promise<Page> {
    return this.#request(new URL(path, this.site), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async register(name: string, email: string, password = shopperPassword): Promise<Page> {
    const page = await this.submit(await this.get('/register'), '/register', { name, email, password });
    if (page.status !== 200)
      throw new Error(`could not register ${email}: ${page.status} ${page.text.slice(0, 500)}`);
    return page;
  }

  async logIn(email: string, password: string): Promise<Page> {
    return this.submit(await this.get('/login'), '/login', { email, password });
  }

  /** Puts one of a product into the cart; default: from the product's own page. */
  async addToCart(productId: string, page?: Page): Promise<Page> {
    return this.submit(page ?? (await this.get(`/products/${productId}`)), '/cart/add', { productId });
  }

  /** The confirm page's "Pay now". */
  async payNow(confirmPage?: Page): Promise<Placed> {
    const page = await this.submit(confirmPage ?? (await this.get('/checkout')), '/checkout', {});
    if (page.url.origin !== new URL(this.stripe).origin) return { placed: false, page };
    return {
      placed: true,
      sessionId: /cs_[A-Za-z0-9_]+/.exec(page.url.pathname)?.[0] ?? '',
      checkoutUrl: page.url,
    };
  }

  /**
   * "Pay now", for tests in which it must lead to the payment page.
   * @throws when it does not
   */
  async toPaymentPage(confirmPage?: Page): Promise<Extract<Placed, { placed: true }>> {
    const placed = await this.payNow(confirmPage);
    if (placed.placed) return placed;
    throw new Error(`"Pay now" answered ${placed.page.status}: ${placed.page.text.slice(0, 2_000)}`);
  }

  /**
   * Pays with a good card and follows the payment page back into the shop.
   * @throws when the payment is not taken
   */
  async payAndReturn(sessionId: string): Promise<Bought> {
    const { outcome, redirect_url: back } = await this.pay(sessionId, cards.pays);
    if (outcome !== 'paid' || back === undefined) throw new Error(`the payment was ${outcome}`);
    const { pathname, search, searchParams } = new URL(back);
    return { orderId: searchParams.get('order') ?? '', page: await this.get(pathname + search) };
  }

  /** Follows "Back" on a payment page, to the address that the shop gave to the session. */
  async goBack(checkoutUrl: URL): Promise<Page> {
    const { pathname, search } = await wayBackFrom(checkoutUrl);
    return this.get(pathname + search);
  }

  /** Pays at the stand-in without its page, through the very functions that the page calls. */
  async pay(sessionId: string, card: string, authentication?: 'complete' | 'fail'): Promise<PaymentOutcome> {
    const response = await fetch(new URL('/sandbox/pay', this.stripe), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session: sessionId, card, ...(authentication ? { authentication } : {}) }),
    });
    return paymentOutcome.parse(await response.json());
  }

  async #request(
    url: URL,
    init: { method: string; headers?: Record<string, string>; body?: string },
  ): Promise<Page> {
    let target = url;
    let next = init;
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const response = await fetch(target, {
        ...next,
        headers: { accept: 'text/html', ...next.headers, cookie: this.cookieHeader },
        redirect: 'manual',
      });
      this.#keepCookies(response);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        return {
          status: response.status,
          url: target,
          text: await response.text(),
          headers: response.headers,
        };
      }
      await response.body?.cancel();
      target = new URL(location, target);
      if (target.origin !== new URL(this.site).origin) {
        return { status: response.status, url: target, text: '', headers: response.headers };
      }
      next = { method: 'GET' };
    }
    throw new Error(`${url.href} redirects without end`);
  }

  #keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const gone = attributes.some((attribute) =>
        /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
      );
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(at + 1));
    }
  }
}

/**
 * Where "Back" on a payment page leads: the session's `cancel_url`, which names its order.
 * @throws when the page has no such link, as a page that was paid
 */
export async function wayBackFrom(checkoutUrl: URL): Promise<URL> {
  const page = await (await fetch(checkoutUrl)).text();
  const link = /href="([^"]*\/cancel\?[^"]*)"/.exec(page)?.[1];
  if (link === undefined) throw new Error(`${checkoutUrl.href} has no way back to the shop`);
  return new URL(link.replaceAll('&amp;', '&').replaceAll('&#38;', '&'));
}

/** What a page hid in the form with this action. */
export function hiddenFieldsOf(page: Page, action: string): Record<string, string> {
  const start = page.text.indexOf(`action="${action}"`);
  if (start < 0)
    throw new Error(`the page at ${page.url.pathname} (${page.status}) has no form for ${action}`);
  const form = page.text.slice(start, page.text.indexOf('</form>', start));
  return Object.fromEntries([...form.matchAll(hiddenField)].map((match) => [match[1] ?? '', match[2] ?? '']));
}
