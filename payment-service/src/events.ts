import {
  type AnsweredHttpRequest,
  Counter,
  createHttpMetrics,
  Gauge,
  Histogram,
  type Logger,
  type Registry,
} from '@micromall/platform';
import type { PaidSession } from './domain/checkout.js';
import type { RefundRecord } from './domain/refund.js';
import type { StripeRequest } from './stripe/measured-client.js';
import { webhookEvents } from './webhook-events.js';

/** Who noticed that something had changed at Stripe. */
export type Noticed = 'webhook' | 'question' | 'sweeper' | 'event-log';

/** What happens to payments: each event is one log line and one count. */
export interface PaymentEvents {
  checkoutOpened(orderId: string, sessionId: string): void;
  /** Stripe did not open a checkout, did not answer, or could not be asked how one stands. */
  stripeUnavailable(orderId: string, error: unknown): void;
  paid(orderId: string, payment: PaidSession, noticed: Noticed): void;
  expired(orderId: string, sessionId: string | null, noticed: Noticed): void;
  /** A card was declined on the payment page; the shopper may try another. */
  declined(orderId: string | undefined, code: string): void;
  refunded(refund: RefundRecord): void;
  refundFailed(refund: RefundRecord): void;
  /** Somebody gave a part back in Stripe's dashboard: nothing here changes, but a person may want to know. */
  partlyRefundedByHand(orderId: string, amount: number): void;
  refundedByHand(orderId: string, refundId: string): void;
  disputed(type: string, chargeId: string | undefined, reason: string): void;
  webhookHandled(type: string): void;
  webhookIgnored(type: string): void;
  /** It comes again: Stripe repeats what was not answered well. */
  webhookFailed(type: string, error: unknown): void;
  webhookRefused(reason: string): void;
  /** The webhook server answered, whoever asked for whatever. */
  requestAnswered(request: AnsweredHttpRequest): void;
  stripeAsked(request: StripeRequest): void;
  /** A payment of an order that the shop has lost goes back. */
  paidWithoutOrder(orderId: string): void;
  /** Somebody else's payment, perhaps of a shop that shares the account at Stripe: nothing is done with it. */
  paidElsewhere(orderId: string): void;
  /** How many payments were told of a minute ago or earlier, and no order has been seen to know of them. */
  withoutOrder(count: number): void;
}

export function createEvents(logger: Logger, registry: Registry): PaymentEvents {
  const registers = [registry];
  const checkouts = new Counter({
    name: 'payment_checkouts_total',
    help: 'Checkouts by what became of them (opened, paid, expired, unavailable) and who noticed',
    labelNames: ['outcome', 'noticed'],
    registers,
  });
  const declines = new Counter({
    name: 'payment_declines_total',
    help: 'Cards declined on the payment page, by reason',
    labelNames: ['code'],
    registers,
  });
  const refunds = new Counter({
    name: 'payment_refunds_total',
    help: 'Refunds by outcome (succeeded, failed, by-hand, partly-by-hand)',
    labelNames: ['outcome'],
    registers,
  });
  const disputes = new Counter({
    name: 'payment_disputes_total',
    help: 'What happened to disputes, by type of the event',
    labelNames: ['type'],
    registers,
  });
  const webhooks = new Counter({
    name: 'payment_webhooks_total',
    help: 'Events that Stripe delivered, by type and outcome (handled, ignored, failed, refused)',
    labelNames: ['type', 'outcome'],
    registers,
  });
  const countRequest = createHttpMetrics(registry);
  const stripeRequests = new Counter({
    name: 'stripe_requests_total',
    help: "Requests to Stripe's API, by operation and outcome (ok, refused, failed, no-answer)",
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const stripeSeconds = new Histogram({
    name: 'stripe_request_duration_seconds',
    help: "How long Stripe's API took to answer, or was waited for",
    labelNames: ['operation'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const troubles = new Counter({
    name: 'payment_troubles_total',
    help: 'Payments that belong to no order of the shop, by kind (order-lost, not-ours)',
    labelNames: ['kind'],
    registers,
  });
  const withoutOrder = new Gauge({
    name: 'payment_without_order',
    help: 'Payments older than a minute of which no order is known to have heard; every replica sees them all',
    registers,
  });
  beginAtZero(checkouts, webhooks, troubles);

  return {
    checkoutOpened(orderId, sessionId) {
      checkouts.inc({ outcome: 'opened', noticed: 'question' });
      logger.info({ orderId, sessionId }, 'checkout opened');
    },
    stripeUnavailable(orderId, error) {
      checkouts.inc({ outcome: 'unavailable', noticed: 'question' });
      logger.error({ orderId, err: error }, 'Stripe does not answer, or refuses');
    },
    paid(orderId, payment, noticed) {
      checkouts.inc({ outcome: 'paid', noticed });
      logger.info({ orderId, ...payment, noticed }, 'checkout paid');
    },
    expired(orderId, sessionId, noticed) {
      checkouts.inc({ outcome: 'expired', noticed });
      logger.info({ orderId, sessionId, noticed }, 'checkout expired');
    },
    declined(orderId, code) {
      declines.inc({ code });
      logger.info({ orderId, code }, 'card declined');
    },
    refunded({ orderId, attempt, refundId, amount, currency }) {
      refunds.inc({ outcome: 'succeeded' });
      logger.info({ orderId, attempt, refundId, amount, currency }, 'payment refunded');
    },
    refundFailed({ orderId, attempt, refundId, failure }) {
      refunds.inc({ outcome: 'failed' });
      logger.error({ orderId, attempt, refundId, reason: failure }, 'refund failed');
    },
    partlyRefundedByHand(orderId, amount) {
      refunds.inc({ outcome: 'partly-by-hand' });
      logger.warn({ orderId, amount }, 'a part was refunded by hand at Stripe; the order stays as it is');
    },
    refundedByHand(orderId, refundId) {
      refunds.inc({ outcome: 'by-hand' });
      logger.warn({ orderId, refundId }, 'the payment was refunded by hand at Stripe; the order follows');
    },
    disputed(type, chargeId, reason) {
      disputes.inc({ type });
      logger.error({ type, chargeId, reason }, 'a payment is disputed, a person must look at it');
    },
    webhookHandled(type) {
      webhooks.inc({ type, outcome: 'handled' });
      logger.info({ type }, 'webhook handled');
    },
    webhookIgnored(type) {
      webhooks.inc({ type, outcome: 'ignored' });
      logger.debug({ type }, 'webhook of no interest');
    },
    webhookFailed(type, error) {
      webhooks.inc({ type, outcome: 'failed' });
      logger.error({ type, err: error }, 'webhook failed, Stripe will repeat it');
    },
    webhookRefused(reason) {
      webhooks.inc({ type: 'unknown', outcome: 'refused' });
      logger.warn({ reason }, 'webhook refused');
    },
    requestAnswered(request) {
      countRequest(request);
      logger.debug(request, 'request');
    },
    stripeAsked({ operation, outcome, durationMs }) {
      stripeRequests.inc({ operation, outcome });
      stripeSeconds.observe({ operation }, durationMs / 1_000);
      logger.debug({ operation, outcome, durationMs: Math.round(durationMs) }, 'Stripe asked');
    },
    paidWithoutOrder(orderId) {
      troubles.inc({ kind: 'order-lost' });
      logger.error({ orderId }, 'a payment has no order any more, the money goes back');
    },
    paidElsewhere(orderId) {
      troubles.inc({ kind: 'not-ours' });
      logger.error(
        { orderId },
        'a payment is for an order that this shop neither has nor ever opened; a person must look at it',
      );
    },
    withoutOrder(count) {
      withoutOrder.set(count);
      if (count > 0) logger.error({ count }, 'there are payments of which no order knows');
    },
  };
}

/**
 * What an alarm waits for must be there before it first happens: Prometheus sees growth only from one value to the
 * next.
 */
function beginAtZero(
  checkouts: Counter<'outcome' | 'noticed'>,
  webhooks: Counter<'type' | 'outcome'>,
  troubles: Counter<'kind'>,
): void {
  for (const kind of ['order-lost', 'not-ours']) troubles.inc({ kind }, 0);
  for (const noticed of ['webhook', 'question', 'sweeper', 'event-log'] satisfies Noticed[])
    checkouts.inc({ outcome: 'paid', noticed }, 0);
  for (const type of webhookEvents)
    for (const outcome of ['handled', 'failed']) webhooks.inc({ type, outcome }, 0);
  webhooks.inc({ type: 'unknown', outcome: 'refused' }, 0);
}
