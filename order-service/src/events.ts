import { type OrderState, orderState, placeOrder, type Shortage } from '@micromall/contracts';
import { Counter, Gauge, type Logger, type Registry, startAtZero } from '@micromall/platform';
import type { Money, OrderRecord, Payment } from './domain/order.js';
import { transitions } from './domain/transitions.js';

/** The steps of a checkout that order-service sees; frontend-service counts those before, under the same name. */
const funnelSteps = ['placed', 'reserved', 'session-opened', 'paid'] as const;
const anomalyKinds = ['too-late', 'wrong-amount', 'sold-out', 'order-lost'] as const;

/** What happens to orders: each event is one log line and one count. */
export interface OrderEvents {
  placed(order: OrderRecord): void;
  reserved(order: OrderRecord): void;
  sessionOpened(order: OrderRecord): void;
  /**
   * A shopper who wanted to pay was not let through.
   * @param reason a failure of the contract `place-order`
   */
  checkoutRefused(reason: string, userId: string): void;
  transitioned(from: OrderState, order: OrderRecord): void;
  /** The money of an order is there, whether or not it fits: call it once for each payment. */
  moneyArrived(order: OrderRecord, money: Money): void;
  /** The money of an order has gone back: call it once for each payment, however often its refund is tried. */
  moneyWentBack(order: OrderRecord, money: Money): void;
  /** Money for an order that had been cancelled: it goes back. */
  paidTooLate(order: OrderRecord): void;
  /** Stripe took something else than the order costs: it goes back, and a person should find out why. */
  wrongAmountPaid(order: OrderRecord, payment: Payment): void;
  /** The stock of a paid order had gone to others: its money goes back. */
  soldOutAfterPayment(order: OrderRecord, shortages: readonly Shortage[]): void;
  refundRequestRepeated(order: OrderRecord): void;
  /** Money for an order that is not there (any more): it goes back. */
  paidButGone(orderId: string): void;
  /** The money of an order that is not there has gone back. */
  refundedWithoutOrder(orderId: string, refundId: string): void;
  /** How many orders are in a state in which they wait for somebody. */
  inState(state: OrderState, count: number): void;
  /**
   * The events that wait for the broker.
   * @param oldestSeconds how long the oldest waits; 0 if there is none
   */
  outboxHolds(orders: number, oldestSeconds: number): void;
}

/** @param shopCurrency ISO 4217: what the shop sells in */
export function createEvents(logger: Logger, registry: Registry, shopCurrency: string): OrderEvents {
  const counters = createCounters(registry, shopCurrency);
  const gauges = createGauges(registry);

  function step(name: (typeof funnelSteps)[number], order: OrderRecord, text: string): void {
    counters.funnel.inc({ step: name });
    logger.info(factsOf(order), text);
  }

  return {
    placed: (order) => step('placed', order, 'order placed'),
    reserved: (order) => step('reserved', order, 'stock of an order reserved'),
    sessionOpened: (order) => step('session-opened', order, 'payment page of an order opened'),
    checkoutRefused(reason, userId) {
      counters.refusals.inc({ reason });
      logger.info({ reason, userId }, 'checkout refused');
    },
    transitioned(from, order) {
      const { state } = order;
      counters.transitions.inc({ from, to: state });
      if (state === 'paid') counters.funnel.inc({ step: 'paid' });
      const facts = { ...factsOf(order), from, to: state };
      if (state === 'refund-failed')
        logger.error({ ...facts, reason: order.refundFailure }, 'refund failed, a person must look at it');
      else
        logger.info({ ...facts, reason: order.cancelReason ?? undefined }, 'order changed to another state');
    },
    moneyArrived(order, { amount, currency }) {
      counters.revenue.inc({ currency }, amount);
      logger.info({ ...factsOf(order), amount, currency }, 'money of an order arrived');
    },
    moneyWentBack(order, { amount, currency }) {
      counters.refunded.inc({ currency }, amount);
      logger.info({ ...factsOf(order), amount, currency }, 'money of an order went back');
    },
    paidTooLate(order) {
      counters.anomalies.inc({ kind: 'too-late' });
      logger.warn(factsOf(order), 'a cancelled order was paid, the money goes back');
    },
    wrongAmountPaid(order, payment) {
      counters.anomalies.inc({ kind: 'wrong-amount' });
      logger.error({ ...factsOf(order), payment }, 'Stripe took another amount, the money goes back');
    },
    soldOutAfterPayment(order, shortages) {
      counters.anomalies.inc({ kind: 'sold-out' });
      logger.error(
        { ...factsOf(order), shortages },
        'a paid order can not be delivered, the money goes back',
      );
    },
    paidButGone(orderId) {
      counters.anomalies.inc({ kind: 'order-lost' });
      logger.error({ orderId }, 'there is no order for a payment, the money goes back');
    },
    refundedWithoutOrder(orderId, refundId) {
      logger.warn({ orderId, refundId }, 'the money of an order that is not there has gone back');
    },
    refundRequestRepeated(order) {
      counters.repeatedRefunds.inc();
      logger.warn({ ...factsOf(order), attempt: order.refundAttempts }, 'refund asked for again');
    },
    inState: (state, count) => gauges.inState.set({ state }, count),
    outboxHolds(orders, oldestSeconds) {
      gauges.outboxOrders.set(orders);
      gauges.outboxOldest.set(oldestSeconds);
    },
  };
}

function createCounters(registry: Registry, shopCurrency: string) {
  const registers = [registry];
  const counters = {
    funnel: new Counter({
      name: 'checkout_funnel_total',
      help: `Checkouts that came to each step (here: ${funnelSteps.join(', ')})`,
      labelNames: ['step'],
      registers,
    }),
    refusals: new Counter({
      name: 'checkout_refusals_total',
      help: 'Checkouts that were not let through to the payment page, by reason',
      labelNames: ['reason'],
      registers,
    }),
    transitions: new Counter({
      name: 'order_transitions_total',
      help: 'Transitions in the life of orders, by the states before and after',
      labelNames: ['from', 'to'],
      registers,
    }),
    revenue: new Counter({
      name: 'shop_revenue_minor_units_total',
      help: 'Money that arrived for orders, also what goes back, in minor units of the currency',
      labelNames: ['currency'],
      registers,
    }),
    refunded: new Counter({
      name: 'shop_refunded_minor_units_total',
      help: 'Money of orders that went back, each payment once, in minor units of the currency',
      labelNames: ['currency'],
      registers,
    }),
    anomalies: new Counter({
      name: 'order_payment_anomalies_total',
      help: `Payments that did not fit their order, by kind (${anomalyKinds.join(', ')})`,
      labelNames: ['kind'],
      registers,
    }),
    repeatedRefunds: new Counter({
      name: 'order_refund_requests_repeated_total',
      help: 'Refunds asked for again because no answer came',
      registers,
    }),
  };
  startAtZero(counters.funnel, { step: funnelSteps });
  startAtZero(counters.refusals, { reason: Object.keys(placeOrder.failures) });
  for (const from of orderState.options)
    startAtZero(counters.transitions, { from: [from], to: transitions[from] });
  startAtZero(counters.revenue, { currency: [shopCurrency] });
  startAtZero(counters.refunded, { currency: [shopCurrency] });
  startAtZero(counters.anomalies, { kind: anomalyKinds });
  return counters;
}

/** Every replica counts the same orders: take the greatest, not the sum. */
function createGauges(registry: Registry) {
  const registers = [registry];
  return {
    inState: new Gauge({
      name: 'orders_in_state',
      help: 'Orders in each state in which they wait for somebody; every replica sees them all',
      labelNames: ['state'],
      registers,
    }),
    outboxOrders: new Gauge({
      name: 'order_outbox_orders',
      help: 'Orders with events that wait for the broker; every replica sees them all',
      registers,
    }),
    outboxOldest: new Gauge({
      name: 'order_outbox_oldest_seconds',
      help: 'How long the oldest event waits in an order for the broker; 0 if there is none',
      registers,
    }),
  };
}

function factsOf({ _id, number, userId, total, currency }: OrderRecord) {
  return { orderId: _id, number, userId, total, currency };
}
