import { type Page, shopperPassword, WebShopper, wayBackFrom } from '@micromall/test-kit/shopper';
import { notYet, retry } from './retry.js';

/** What became of "Pay now". */
export type AtPaymentPage =
  | { readonly is: 'payment page'; readonly sessionId: string; readonly wayBack: URL }
  | { readonly is: 'sold out' };

/** What became of a payment; `expired` means that its page had closed before. */
export type PaymentEnd = 'paid' | 'declined' | 'expired';

/** A shopper who bears with a shop that is partly dead: reloads, presses again, logs in where registering was cut off. */
export class RetryingShopper {
  #shopper: WebShopper;
  #accounts = 0;
  #email = '';
  #logins = 0;

  constructor(
    private readonly urls: { readonly site: string; readonly stripe: string },
    private readonly name: string,
    private readonly timeoutMs: number,
  ) {
    this.#shopper = new WebShopper(urls.site, urls.stripe);
  }

  /** How many times the shopper had to log in again, because the shop had lost the session. */
  get loginsAgain(): number {
    return this.#logins;
  }

  /** Comes as somebody new, with an empty cart. */
  async enter(): Promise<void> {
    this.#shopper = new WebShopper(this.urls.site, this.urls.stripe);
    this.#accounts += 1;
    const email = `${this.name}-${this.#accounts}@example.com`;
    this.#email = email;
    await retry('registering', this.timeoutMs, async () => {
      const form = await this.#shopper.get('/register');
      if (isLoggedIn(form)) return form;
      const page = await this.#shopper.submit(form, '/register', {
        name: 'Ada',
        email,
        password: shopperPassword,
      });
      if (isLoggedIn(page)) return page;
      // An account that was made although its answer was lost.
      if (page.status === 409) await this.#shopper.logIn(email, shopperPassword);
      return notYet(headingOf(page));
    });
  }

  /** Puts products into the cart and goes on to the confirm page; undefined if there are none left. */
  async fillCart(
    wants: readonly { readonly productId: string; readonly quantity: number }[],
  ): Promise<Page | undefined> {
    for (const { productId, quantity } of wants) {
      const found = await retry('filling the cart', this.timeoutMs, async () => {
        const page = await this.#open(`/products/${productId}`);
        if (page.status !== 200) return notYet(headingOf(page));
        if (!page.text.includes('action="/cart/add"')) return { isThere: false };
        const fields = { productId, quantity: String(quantity) };
        const added = await this.#shopper.submit(page, '/cart/add', fields);
        // The second: a try whose answer was lost has taken all there is.
        if (/is in your cart\.|left; you have \d/.test(added.text)) return { isThere: true };
        if (/is sold out\.|(is|are) left\./.test(added.text)) return { isThere: false };
        return notYet(headingOf(added));
      });
      if (!found.isThere) return undefined;
    }
    return this.confirmPage();
  }

  /** The confirm page, or undefined when nothing of the cart is left to buy. */
  async confirmPage(): Promise<Page | undefined> {
    const { page } = await retry('the confirm page', this.timeoutMs, async () => {
      const shown = await this.#open('/checkout');
      if (shown.status === 200 && shown.url.pathname === '/cart') return { page: undefined };
      if (shown.status !== 200 || shown.url.pathname !== '/checkout') return notYet(headingOf(shown));
      return { page: shown };
    });
    return page;
  }

  /** "Pay now", pressed so many times at once, and again as long as the shop asks for it. */
  async payNow(confirm: Page, presses: number): Promise<AtPaymentPage> {
    let page: Page | undefined = confirm;
    return retry('"Pay now"', this.timeoutMs, async () => {
      page ??= await this.confirmPage();
      if (!page) return { is: 'sold out' } as const;
      const shown = page;
      const all = await Promise.all(Array.from({ length: presses }, () => this.#shopper.payNow(shown)));
      const placed = all.find((one) => one.placed);
      if (placed?.placed) {
        const { sessionId, checkoutUrl } = placed;
        return { is: 'payment page', sessionId, wayBack: await this.#wayBackFrom(checkoutUrl) } as const;
      }
      const [refused] = all;
      if (!refused || refused.placed) return notYet('nothing');
      // The page that says why not has the same attempt in it, or a new one; a page without a form has none.
      page = refused.page.text.includes('action="/checkout"') ? refused.page : undefined;
      return notYet(headingOf(refused.page));
    });
  }

  /** Pays at the stand-in, and asks until it is known what became of it. */
  async pay(sessionId: string, card: string): Promise<PaymentEnd> {
    const { end } = await retry<{ end: PaymentEnd }>('paying', this.timeoutMs, async () => {
      const { outcome, status } = await this.#shopper.pay(sessionId, card, 'complete');
      if (outcome === 'paid') return { end: 'paid' };
      if (outcome === 'declined') return { end: 'declined' };
      if (outcome !== 'not_open') return notYet(outcome);
      // `complete`: paid by a try whose answer was lost, or in the other tab.
      return { end: status === 'complete' ? 'paid' : 'expired' };
    });
    return end;
  }

  /** Reloads the page to which the payment leads until it thanks. */
  async awaitThanks(orderId: string): Promise<void> {
    await retry('the page of thanks', this.timeoutMs, async () => {
      const page = await this.#open(`/success?order=${orderId}`);
      return page.status === 200 && page.text.includes('Thank you!') ? page : notYet(headingOf(page));
    });
  }

  /** Follows the way back from a payment page, to be known before the page is paid. */
  async goBack({ pathname, search }: URL): Promise<void> {
    await retry('going back', this.timeoutMs, async () => {
      const page = await this.#open(pathname + search);
      return page.status === 200 && page.url.pathname !== '/login' ? page : notYet(headingOf(page));
    });
  }

  /** Opens a page; whoever is sent to the log-in page instead logs in, and opens it again. */
  async #open(path: string): Promise<Page> {
    const page = await this.#shopper.get(path);
    if (page.url.pathname !== '/login') return page;
    const entered = await this.#shopper.logIn(this.#email, shopperPassword);
    if (!isLoggedIn(entered)) return entered;
    this.#logins += 1;
    return this.#shopper.get(path);
  }

  #wayBackFrom(checkoutUrl: URL): Promise<URL> {
    return retry('the payment page', this.timeoutMs, () => wayBackFrom(checkoutUrl));
  }
}

function isLoggedIn(page: Page): boolean {
  return page.status === 200 && page.text.includes('Log out');
}

/** What a page says, for the reason of a failure. */
function headingOf({ status, url, text }: Page): string {
  const heading = /<h1[^>]*>([^<]*)/.exec(text)?.[1] ?? '';
  return `${status} at ${url.pathname}: ${heading}`;
}
