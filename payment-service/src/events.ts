import {
  type AnsweredHttpRequest,
  Counter,
  createHttpMetrics,
  Gauge,
  Histogram,
  type Logger,
  type Registry,
  startAtZero,
} from '@micromall/platform';
import { type StripeRequest, stripeOutcomes } from './clients/stripe/measured-client.js';
import type { PaidSession } from './domain/checkout.js';
import type { RefundRecord } from './domain/refund.js';
import { webhookEvents } from './domain/webhook-events.js';

/**
 * From where it became known that something had changed at Stripe: its webhook, a call of another service, the
 * sweeper, or Stripe's own log of events.
 */
const sources = ['webhook', 'call', 'sweeper', 'event-log'] as const;
export type Source = (typeof sources)[number];

const refundOutcomes = ['succeeded', 'failed', 'by-hand', 'partly-by-hand'] as const;
const anomalyKinds = ['order-lost', 'not-ours'] as const;

/** The commonest of https://docs.stripe.com/declines/codes and of the error codes of cards; others are counted too. */
const declineCodes = [
  'card_declined',
  'expired_card',
  'generic_decline',
  'incorrect_cvc',
  'incorrect_number',
  'insufficient_funds',
  'lost_card',
  'processing_error',
  'stolen_card',
] as const;

/** Every request that this service makes, as `operationOf` names it. */
const stripeOperations = [
  'POST /v1/customers',
  'POST /v1/checkout/sessions',
  'GET /v1/checkout/sessions/:id',
  'POST /v1/checkout/sessions/:id/expire',
  'POST /v1/refunds',
  'GET /v1/refunds',
  'GET /v1/refunds/:id',
  'GET /v1/charges/:id',
  'GET /v1/events',
] as const;

/** What happens to payments: each event is one log line and one count. */
export interface PaymentEvents {
  checkoutOpened(orderId: string, sessionId: string): void;
  /** Stripe did not open a checkout, did not answer, or could not be asked how one stands. */
  stripeUnavailable(orderId: string, error: unknown): void;
  paid(orderId: string, payment: PaidSession, source: Source): void;
  expired(orderId: string, sessionId: string | null, source: Source): void;
  /** A card was declined on the payment page; the shopper may try another. */
  declined(orderId: string | undefined, code: string): void;
  refunded(refund: RefundRecord): void;
  refundFailed(refund: RefundRecord): void;
  /**
   * Somebody gave a part back in Stripe's dashboard: nothing here changes, but a person may want to know.
   * @param amount integer, minor units
   */
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
  stripeRequested(request: StripeRequest): void;
  /** A payment of an order that the shop has lost goes back. */
  paidWithoutOrder(orderId: string): void;
  /** Somebody else's payment, perhaps of a shop that shares the account at Stripe: nothing is done with it. */
  paidElsewhere(orderId: string): void;
  /** How many payments were emitted a minute ago or earlier, and no order has been seen to know of them. */
  withoutOrder(count: number): void;
}

export function createEvents(logger: Logger, registry: Registry): PaymentEvents {
  const counters = createCounters(registry);
  const countRequest = createHttpMetrics(registry);
  const stripeSeconds = new Histogram({
    name: 'stripe_request_duration_seconds',
    help: "How long Stripe's API took to answer, or was waited for",
    labelNames: ['operation'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const withoutOrderGauge = new Gauge({
    name: 'payments_without_order',
    help: 'Payments older than a minute of which no order is known to know; every replica sees them all',
    registers: [registry],
  });

  return {
    checkoutOpened(orderId, sessionId) {
      counters.checkouts.inc({ outcome: 'opened', source: 'call' });
      logger.info({ orderId, sessionId }, 'checkout opened');
    },
    stripeUnavailable(orderId, error) {
      counters.checkouts.inc({ outcome: 'unavailable', source: 'call' });
      logger.error({ orderId, err: error }, 'Stripe does not answer, or refuses');
    },
    paid(orderId, payment, source) {
      counters.checkouts.inc({ outcome: 'paid', source });
      logger.info({ orderId, ...payment, source }, 'checkout paid');
    },
    expired(orderId, sessionId, source) {
      counters.checkouts.inc({ outcome: 'expired', source });
      logger.info({ orderId, sessionId, source }, 'checkout expired');
    },
    declined(orderId, code) {
      counters.declines.inc({ code });
      logger.info({ orderId, code }, 'card declined');
    },
    refunded({ orderId, attempt, refundId, amount, currency }) {
      counters.refunds.inc({ outcome: 'succeeded' });
      logger.info({ orderId, attempt, refundId, amount, currency }, 'payment refunded');
    },
    refundFailed({ orderId, attempt, refundId, failure }) {
      counters.refunds.inc({ outcome: 'failed' });
      logger.error({ orderId, attempt, refundId, reason: failure }, 'refund failed');
    },
    partlyRefundedByHand(orderId, amount) {
      counters.refunds.inc({ outcome: 'partly-by-hand' });
      logger.warn({ orderId, amount }, 'a part was refunded by hand at Stripe; the order stays as it is');
    },
    refundedByHand(orderId, refundId) {
      counters.refunds.inc({ outcome: 'by-hand' });
      logger.warn({ orderId, refundId }, 'the payment was refunded by hand at Stripe; the order follows');
    },
    disputed(type, chargeId, reason) {
      counters.disputes.inc({ type });
      logger.error({ type, chargeId, reason }, 'a payment is disputed, a person must look at it');
    },
    webhookHandled(type) {
      counters.webhooks.inc({ type, outcome: 'handled' });
      logger.info({ type }, 'webhook handled');
    },
    webhookIgnored(type) {
      counters.webhooks.inc({ type, outcome: 'ignored' });
      logger.debug({ type }, 'webhook of no interest');
    },
    webhookFailed(type, error) {
      counters.webhooks.inc({ type, outcome: 'failed' });
      logger.error({ type, err: error }, 'webhook failed, Stripe will repeat it');
    },
    webhookRefused(reason) {
      counters.webhooks.inc({ type: 'unknown', outcome: 'refused' });
      logger.warn({ reason }, 'webhook refused');
    },
    requestAnswered(request) {
      countRequest(request);
      logger.debug(request, 'request');
    },
    stripeRequested({ operation, outcome, durationMs }) {
      counters.stripeRequests.inc({ operation, outcome });
      stripeSeconds.observe({ operation }, durationMs / 1_000);
      logger.debug({ operation, outcome, durationMs: Math.round(durationMs) }, 'Stripe requested');
    },
    paidWithoutOrder(orderId) {
      counters.anomalies.inc({ kind: 'order-lost' });
      logger.error({ orderId }, 'a payment has no order any more, the money goes back');
    },
    paidElsewhere(orderId) {
      counters.anomalies.inc({ kind: 'not-ours' });
      logger.error(
        { orderId },
        'a payment is for an order that this shop neither has nor ever opened; a person must look at it',
      );
    },
    withoutOrder(count) {
      withoutOrderGauge.set(count);
      if (count > 0) logger.error({ count }, 'there are payments of which no order knows');
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  const counters = {
    checkouts: new Counter({
      name: 'payment_checkouts_total',
      help: `Checkouts by what became of them (opened, paid, expired, unavailable) and from where that became known (${sources.join(', ')})`,
      labelNames: ['outcome', 'source'],
      registers,
    }),
    declines: new Counter({
      name: 'payment_declines_total',
      help: 'Cards declined on the payment page, by reason',
      labelNames: ['code'],
      registers,
    }),
    refunds: new Counter({
      name: 'payment_refunds_total',
      help: `Refunds by outcome (${refundOutcomes.join(', ')})`,
      labelNames: ['outcome'],
      registers,
    }),
    disputes: new Counter({
      name: 'payment_disputes_total',
      help: 'What happened to disputes, by type of the event',
      labelNames: ['type'],
      registers,
    }),
    webhooks: new Counter({
      name: 'payment_webhooks_total',
      help: 'Events that Stripe delivered, by type and outcome (handled, ignored, failed, refused)',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    stripeRequests: new Counter({
      name: 'stripe_requests_total',
      help: `Requests to Stripe's API, by operation and outcome (${stripeOutcomes.join(', ')})`,
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    anomalies: new Counter({
      name: 'payment_anomalies_total',
      help: `Payments that belong to no order of the shop, by kind (${anomalyKinds.join(', ')})`,
      labelNames: ['kind'],
      registers,
    }),
  };
  startAtZero(counters.checkouts, { outcome: ['opened', 'unavailable'], source: ['call'] });
  startAtZero(counters.checkouts, { outcome: ['paid', 'expired'], source: sources });
  startAtZero(counters.declines, { code: declineCodes });
  startAtZero(counters.refunds, { outcome: refundOutcomes });
  startAtZero(counters.disputes, {
    type: webhookEvents.filter((type) => type.startsWith('charge.dispute.')),
  });
  startAtZero(counters.webhooks, { type: webhookEvents, outcome: ['handled', 'failed'] });
  startAtZero(counters.webhooks, { type: ['unknown'], outcome: ['refused'] });
  startAtZero(counters.stripeRequests, { operation: stripeOperations, outcome: stripeOutcomes });
  startAtZero(counters.anomalies, { kind: anomalyKinds });
  return counters;
}
