import { Counter, Histogram, type Platform } from '@micromall/platform';

interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  /** The pattern of the route, such as `/products/:id`. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** What happens on the site, each told in one log line and one number together. */
export interface SiteEvents {
  requestAnswered(request: AnsweredRequest): void;
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
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answering a request took',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const happened = new Counter({
    name: 'site_events_total',
    help: 'What visitors did on the site, and what was refused, by event',
    labelNames: ['event'],
    registers,
  });
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
      requests.inc({ method, route, status });
      seconds.observe({ route }, durationMs / 1_000);
      logger.info({ method, path, status, durationMs: Math.round(durationMs * 10) / 10 }, 'request');
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
