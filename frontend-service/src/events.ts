import { allRpcContracts } from '@micromall/contracts';
import {
  type AnsweredHttpRequest,
  Counter,
  createHttpMetrics,
  type Logger,
  type Registry,
  startAtZero,
} from '@micromall/platform';

interface AnsweredRequest extends AnsweredHttpRequest {
  readonly path: string;
}

/**
 * The site's steps from the catalogue to a paid order. Views are counted each time a page is shown; `added-to-cart`
 * and `pay-pressed` are something that a shopper did. `stock-out-told`: a shopper learned before paying that there is
 * not enough; `returned-paid` is counted once an order, when its shopper comes back from the payment page.
 */
const funnelSteps = [
  'catalogue-viewed',
  'product-viewed',
  'added-to-cart',
  'confirm-viewed',
  'pay-pressed',
  'stock-out-told',
  'cancelled',
  'returned-paid',
] as const;
type FunnelStep = (typeof funnelSteps)[number];

/** Far more frequent than anything else: the line that each request writes is their log line. */
const viewSteps: ReadonlySet<FunnelStep> = new Set(['catalogue-viewed', 'product-viewed']);

const visitorEvents = ['logged-out', 'attempts-limited', 'form-forged'] as const;

/** What a page may have to do without: the answer of a queue, or the visitor's session. */
const parts = [
  'session',
  ...allRpcContracts.filter(({ callers }) => callers.includes('frontend-service')).map(({ queue }) => queue),
];

/** What happens on the site: each event is one log line and one count. */
export interface FrontendEvents {
  requestAnswered(request: AnsweredRequest): void;
  /** What was sent is not HTTP, or came too slowly: Node answered it before any page could. */
  requestUnreadable(status: number, reason: string): void;
  funnel(step: FunnelStep, details?: { orderId?: string; productId?: string }): void;
  loggedOut(why: 'asked' | 'identity-ended'): void;
  attemptsLimited(by: 'address' | 'email'): void;
  formForged(path: string): void;
  /** A page has to do without one of its parts. */
  partUnavailable(part: string, error: unknown): void;
}

export function createEvents(logger: Logger, registry: Registry): FrontendEvents {
  const registers = [registry];
  const countRequest = createHttpMetrics(registry);
  const happened = new Counter({
    name: 'site_events_total',
    help: 'What only the site sees of its visitors, by event',
    labelNames: ['event'],
    registers,
  });
  const funnel = new Counter({
    name: 'checkout_funnel_total',
    help: 'Steps from the catalogue to a paid order, by step',
    labelNames: ['step'],
    registers,
  });
  const unavailable = new Counter({
    name: 'site_parts_unavailable_total',
    help: 'Answers that a page had to do without, by part (the queue, or session)',
    labelNames: ['part'],
    registers,
  });
  startAtZero(happened, { event: visitorEvents });
  startAtZero(funnel, { step: funnelSteps });
  startAtZero(unavailable, { part: parts });

  function record(event: (typeof visitorEvents)[number], message: string, details: object): void {
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
    loggedOut: (why) => record('logged-out', 'a shopper was logged out', { why }),
    attemptsLimited: (by) => record('attempts-limited', 'too many attempts to log in or register', { by }),
    formForged: (path) => record('form-forged', 'a form came without its token', { path }),
    partUnavailable(part, error) {
      unavailable.inc({ part });
      logger.warn({ part, err: error }, 'a page has to do without one of its parts');
    },
  };
}
