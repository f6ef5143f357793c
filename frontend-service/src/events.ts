import { type AnsweredHttpRequest, Counter, createHttpMetrics, type Platform } from '@micromall/platform';

interface AnsweredRequest extends AnsweredHttpRequest {
  readonly path: string;
}

/**
 * The way from looking to having bought, step by step. Views are counted each time a page is shown; the steps from
 * `added-to-cart` on are something a shopper did. `stock-out-told`: a shopper heard before paying that there is not
 * enough; `returned-paid` is counted once an order, when its shopper comes back from the payment page.
 */
export const funnelSteps = [
  'catalogue-viewed',
  'product-viewed',
  'added-to-cart',
  'checkout-opened',
  'pay-pressed',
  'stock-out-told',
  'payment-page-opened',
  'returned-paid',
  'cancelled',
] as const;
export type FunnelStep = (typeof funnelSteps)[number];

/** Shown far more often than anything is done: the line that each request writes is their log line. */
const viewSteps: ReadonlySet<FunnelStep> = new Set(['catalogue-viewed', 'product-viewed']);

/** What happens on the site, each told in one log line and one number together. */
export interface SiteEvents {
  requestAnswered(request: AnsweredRequest): void;
  /** What was sent is not HTTP, or came too slowly: Node answered it before any page could. */
  requestUnreadable(status: number, reason: string): void;
  funnel(step: FunnelStep, details?: { orderId?: string; productId?: string }): void;
  registered(userId: string): void;
  loggedIn(userId: string): void;
  loginRefused(): void;
  loggedOut(why: 'asked' | 'identity-ended'): void;
  cartChanged(productId: string, difference: number): void;
  cartRefused(productId: string, why: string): void;
  checkoutStarted(orderId: string): void;
  checkoutRefused(why: string): void;
  attemptsLimited(by: 'address' | 'email'): void;
  formForged(path: string): void;
  /** A page that had to do without one of its parts. */
  partMissing(part: string, error: unknown): void;
}

export function createSiteEvents({ logger, metrics }: Platform): SiteEvents {
  const registers = [metrics.registry];
  const countRequest = createHttpMetrics(metrics.registry);
  const happened = new Counter({
    name: 'site_events_total',
    help: 'What visitors did on the site, and what was refused, by event',
    labelNames: ['event'],
    registers,
  });
  const funnel = new Counter({
    name: 'shop_checkout_funnel_total',
    help: 'Steps on the way from looking to having bought, by step',
    labelNames: ['step'],
    registers,
  });
  // There from the start: a rate over a series that appears with its first event misses that event.
  for (const step of funnelSteps) funnel.inc({ step }, 0);
  const missing = new Counter({
    name: 'site_parts_missing_total',
    help: 'Pages shown without one of their parts, because a service did not answer',
    labelNames: ['part'],
    registers,
  });

  function tell(event: string, message: string, details: object = {}): void {
    happened.inc({ event });
    logger.info({ event, ...details }, message);
  }

  return {
    requestAnswered({ method, path, route, status, durationMs }) {
      countRequest({ method, route, status, durationMs });
      logger.info({ method, path, status, durationMs: Math.round(durationMs * 10) / 10 }, 'request');
    },
    requestUnreadable(status, reason) {
      countRequest({ method: 'none', route: 'none', status, durationMs: 0 });
      logger.info({ status, reason }, 'a request that can not be read');
    },
    funnel(step, details = {}) {
      funnel.inc({ step });
      if (!viewSteps.has(step))
        logger.info({ event: 'funnel', step, ...details }, `checkout funnel: ${step}`);
    },
    registered: (userId) => tell('registered', 'an account was registered', { userId }),
    loggedIn: (userId) => tell('logged-in', 'a shopper logged in', { userId }),
    loginRefused: () => tell('login-refused', 'a log-in was refused'),
    loggedOut: (why) => tell('logged-out', 'a shopper was logged out', { why }),
    cartChanged: (productId, difference) =>
      tell('cart-changed', 'a cart was changed', { productId, difference }),
    cartRefused: (productId, why) =>
      tell('cart-refused', 'a change to a cart was refused', { productId, why }),
    checkoutStarted: (orderId) => tell('checkout-started', 'a shopper goes to the payment page', { orderId }),
    checkoutRefused: (why) => tell('checkout-refused', 'a checkout was refused', { why }),
    attemptsLimited: (by) => tell('attempts-limited', 'too many attempts to log in or register', { by }),
    formForged: (path) => tell('form-forged', 'a form came without its token', { path }),
    partMissing(part, error) {
      missing.inc({ part });
      logger.warn({ part, err: error }, 'a page is shown without one of its parts');
    },
  };
}
