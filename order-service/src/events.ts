import type { OrderState, Shortage } from '@micromall/contracts';
import { Counter, Gauge, type Logger, type Registry } from '@micromall/platform';
import type { OrderRecord, Payment } from './domain/order.js';

/** The steps of a checkout, from the confirm page to the money. */
type FunnelStep = 'quoted' | 'placed' | 'reserved' | 'opened' | 'paid';

/** What happens to orders: each event is one log line and one count. */
export interface OrderEvents {
  quoted(userId: string): void;
  placed(order: OrderRecord): void;
  reserved(order: OrderRecord): void;
  checkoutOpened(order: OrderRecord): void;
  /** A shopper who wanted to pay was not let through. */
  checkoutRefused(reason: string, userId: string): void;
  moved(from: OrderState, order: OrderRecord): void;
  /** Money for an order that had been cancelled: it goes back. */
  paidTooLate(order: OrderRecord): void;
  /** Stripe took something else than the order costs: it goes back, and a person should find out why. */
  wrongAmountPaid(order: OrderRecord, payment: Payment): void;
  /** The stock of a paid order had gone to others: its money goes back. */
  soldOutAfterPayment(order: OrderRecord, shortages: readonly Shortage[]): void;
  refundAskedAgain(order: OrderRecord): void;
  /** Money for an order that is not there (any more): it goes back. */
  paidButGone(orderId: string): void;
  /** The money of an order that is not there has gone back. */
  refundedWithoutOrder(orderId: string, refundId: string): void;
  /** How many orders are in a state in which they wait for somebody. */
  waiting(state: OrderState, count: number): void;
  /**
   * What waits in orders to be told.
   * @param oldestSeconds how long the oldest waits; 0 if there is none
   */
  outboxHolds(orders: number, oldestSeconds: number): void;
}

export function createEvents(logger: Logger, registry: Registry): OrderEvents {
  const registers = [registry];
  const funnel = new Counter({
    name: 'checkout_funnel_total',
    help: 'Checkouts that came to each step (quoted, placed, reserved, opened, paid)',
    labelNames: ['step'],
    registers,
  });
  const refusals = new Counter({
    name: 'checkout_refusals_total',
    help: 'Checkouts that were not let through to the payment page, by reason',
    labelNames: ['reason'],
    registers,
  });
  const transitions = new Counter({
    name: 'order_transitions_total',
    help: 'Steps in the life of orders, by the states before and after',
    labelNames: ['from', 'to'],
    registers,
  });
  const revenue = new Counter({
    name: 'shop_revenue_minor_units_total',
    help: 'What was paid for orders, in minor units of the currency; refunds are not taken off',
    labelNames: ['currency'],
    registers,
  });
  const refunded = new Counter({
    name: 'shop_refunded_minor_units_total',
    help: 'What was given back for orders, in minor units of the currency',
    labelNames: ['currency'],
    registers,
  });
  const troubles = new Counter({
    name: 'order_payment_troubles_total',
    help: 'Payments that did not fit their order, by kind (too-late, wrong-amount, sold-out, order-lost)',
    labelNames: ['kind'],
    registers,
  });
  const repeatedRefunds = new Counter({
    name: 'order_refund_requests_repeated_total',
    help: 'Refunds asked for again because no answer came',
    registers,
  });
  // Every replica counts the same orders: take the greatest, not the sum.
  const waiting = new Gauge({
    name: 'orders_waiting',
    help: 'Orders in each state in which they wait for somebody; every replica sees them all',
    labelNames: ['state'],
    registers,
  });
  const outboxOrders = new Gauge({
    name: 'order_outbox_orders',
    help: 'Orders with events that wait for the broker; every replica sees them all',
    registers,
  });
  const outboxOldest = new Gauge({
    name: 'order_outbox_oldest_seconds',
    help: 'How long the oldest event waits in an order for the broker; 0 if there is none',
    registers,
  });
  // What an alarm waits for must be there before it first happens.
  for (const kind of ['too-late', 'wrong-amount', 'sold-out', 'order-lost']) troubles.inc({ kind }, 0);

  function step(name: FunnelStep, facts: object, text: string): void {
    funnel.inc({ step: name });
    logger.info(facts, text);
  }

  return {
    quoted: (userId) => step('quoted', { userId }, 'order quoted'),
    placed: (order) => step('placed', factsOf(order), 'order placed'),
    reserved: (order) => step('reserved', factsOf(order), 'stock of an order reserved'),
    checkoutOpened: (order) => step('opened', factsOf(order), 'payment page of an order opened'),
    checkoutRefused(reason, userId) {
      refusals.inc({ reason });
      logger.info({ reason, userId }, 'checkout refused');
    },
    moved(from, order) {
      const { state, total, currency } = order;
      transitions.inc({ from, to: state });
      if (state === 'paid') {
        funnel.inc({ step: 'paid' });
        revenue.inc({ currency }, total);
      }
      if (state === 'refunded') refunded.inc({ currency }, total);
      const facts = { ...factsOf(order), from, to: state };
      if (state === 'refund-failed')
        logger.error({ ...facts, reason: order.refundFailure }, 'refund failed, a person must look at it');
      else logger.info({ ...facts, reason: order.cancelReason ?? undefined }, 'order moved');
    },
    paidTooLate(order) {
      troubles.inc({ kind: 'too-late' });
      logger.warn(factsOf(order), 'a cancelled order was paid, the money goes back');
    },
    wrongAmountPaid(order, payment) {
      troubles.inc({ kind: 'wrong-amount' });
      logger.error({ ...factsOf(order), payment }, 'Stripe took another amount, the money goes back');
    },
    soldOutAfterPayment(order, shortages) {
      troubles.inc({ kind: 'sold-out' });
      logger.error(
        { ...factsOf(order), shortages },
        'a paid order can not be delivered, the money goes back',
      );
    },
    paidButGone(orderId) {
      troubles.inc({ kind: 'order-lost' });
      logger.error({ orderId }, 'there is no order for a payment, the money goes back');
    },
    refundedWithoutOrder(orderId, refundId) {
      logger.warn({ orderId, refundId }, 'the money of an order that is not there has gone back');
    },
    refundAskedAgain(order) {
      repeatedRefunds.inc();
      logger.warn({ ...factsOf(order), attempt: order.refundAttempts }, 'refund asked for again');
    },
    waiting: (state, count) => waiting.set({ state }, count),
    outboxHolds(orders, oldestSeconds) {
      outboxOrders.set(orders);
      outboxOldest.set(oldestSeconds);
    },
  };
}

function factsOf({ _id, number, userId, total, currency }: OrderRecord) {
  return { orderId: _id, number, userId, total, currency };
}
