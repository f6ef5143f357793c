import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOf } from '../links.js';
import { bars, columns, graph, stat } from '../panels.js';
import { metric, metricNow } from '../queries.js';

/** Currencies without a smaller unit: https://docs.stripe.com/currencies#zero-decimal */
const wholeUnits = 'BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF';
const toOrders = [toLogsOf('order-service')];
const toPayments = [toLogsOf('payment-service')];
const toStock = [toLogsOf('product-service')];
const toSite = [toLogsOf('frontend-service')];

/** An amount as people read it: 18.50 for 1850 minor units. */
function money(counter: string, span: string): string {
  const within = (condition: string) =>
    `sum by (currency) (increase(${counter}{currency${condition}"${wholeUnits}"}[${span}]))`;
  return `${within('!~')} / 100 or ${within('=~')}`;
}

/** A gauge that every replica of a service sets alike. */
function sharedGauge(gauge: string): string {
  return `max(${gauge})`;
}

const sales = {
  title: 'Sales, in the time looked at',
  panels: [
    stat({
      title: 'Orders paid',
      description: 'Orders whose money has come.',
      unit: 'none',
      decimals: 0,
      ifNothing: '0',
      links: toOrders,
      queries: [metricNow('sum(increase(order_transitions_total{to="paid"}[$__range]))', 'orders')],
    }),
    stat({
      title: 'Revenue',
      description: 'What was paid for them. Refunds are not taken off.',
      unit: 'none',
      decimals: 2,
      ifNothing: '0',
      links: toOrders,
      queries: [metricNow(money('shop_revenue_minor_units_total', '$__range'), '{{currency}}')],
    }),
    stat({
      title: 'Given back',
      description: 'Refunds that Stripe has confirmed.',
      unit: 'none',
      decimals: 2,
      ifNothing: '0',
      links: toOrders,
      queries: [metricNow(money('shop_refunded_minor_units_total', '$__range'), '{{currency}}')],
    }),
    stat({
      title: 'Accounts made',
      description: 'Shoppers who registered.',
      unit: 'none',
      decimals: 0,
      ifNothing: '0',
      links: [toLogsOf('auth-service')],
      queries: [
        metricNow('sum(increase(auth_accounts_created_total{role="shopper"}[$__range]))', 'accounts'),
      ],
    }),
    stat({
      title: 'Paid, of those who came to the payment page',
      description: 'How many of the payment pages that were opened ended in money.',
      unit: 'percentunit',
      ifNothing: '–',
      width: 8,
      links: toPayments,
      queries: [
        metricNow(
          'sum(increase(payment_checkouts_total{outcome="paid"}[$__range])) / (sum(increase(payment_checkouts_total{outcome="opened"}[$__range])) > 0)',
          'paid',
        ),
      ],
    }),
    columns({
      title: 'Revenue by hour',
      description: 'What was paid in each hour, by currency.',
      unit: 'none',
      decimals: 2,
      width: 12,
      links: toOrders,
      queries: [metric(money('shop_revenue_minor_units_total', '1h'), '{{currency}}')],
    }),
    columns({
      title: 'What happened to orders',
      description: 'Steps in the life of orders, by the state they came to.',
      unit: 'short',
      width: 12,
      links: toOrders,
      queries: [metric('sum by (to) (increase(order_transitions_total[$__interval])) > 0', '{{to}}')],
    }),
  ],
};

const waiting = {
  title: 'What waits for somebody',
  panels: [
    bars({
      title: 'Orders by state',
      description: 'Orders that wait now: for money, for the seller to accept or ship them, or for a refund.',
      unit: 'none',
      links: toOrders,
      queries: [metricNow('max by (state) (orders_in_state)', '{{state}}')],
    }),
    stat({
      title: 'Payments without an order',
      description: 'Payments older than a minute of which no order is known to have heard. It must be 0.',
      unit: 'none',
      limits: { bad: 1 },
      links: toPayments,
      queries: [metricNow(sharedGauge('payments_without_order'), 'payments')],
    }),
    stat({
      title: 'Sold out',
      description: 'Products of which none is left.',
      unit: 'none',
      limits: { warn: 1 },
      links: toStock,
      queries: [metricNow(sharedGauge('products_sold_out'), 'products')],
    }),
    stat({
      title: 'On hold',
      description: 'Units that are kept for shoppers who are paying now.',
      unit: 'none',
      links: toStock,
      queries: [metricNow(sharedGauge('stock_held_units'), 'units')],
    }),
    stat({
      title: 'Oldest event not sent',
      description:
        'How long the oldest event of an order has been waiting for the broker. Seconds are normal, minutes are not.',
      unit: 's',
      limits: { warn: 30, bad: 60 },
      links: toOrders,
      queries: [metricNow(sharedGauge('order_outbox_oldest_seconds'), 'oldest')],
    }),
  ],
};

const way = {
  title: 'The way to the till',
  panels: [
    bars({
      title: 'Funnel',
      description:
        'How many got how far: from looking, over the cart, to the payment page and back with the order paid.',
      unit: 'none',
      decimals: 0,
      width: 12,
      height: 10,
      links: toSite,
      queries: [
        metricNow(
          'sort_desc(sum by (step) (increase(checkout_funnel_total{step!~"cancelled|stock-out-told|placed|reserved|session-opened|paid"}[$__range])))',
          '{{step}}',
        ),
      ],
    }),
    bars({
      title: 'Turned away',
      description:
        'Shoppers who wanted to pay and were not let through, by reason: sold out, a price that changed.',
      unit: 'none',
      decimals: 0,
      width: 6,
      height: 10,
      links: toOrders,
      queries: [metricNow('sum by (reason) (increase(checkout_refusals_total[$__range])) > 0', '{{reason}}')],
    }),
    bars({
      title: 'Cards declined',
      description: 'Payments that the bank refused, by its reason.',
      unit: 'none',
      decimals: 0,
      width: 6,
      height: 10,
      links: toPayments,
      queries: [metricNow('sum by (code) (increase(payment_declines_total[$__range])) > 0', '{{code}}')],
    }),
    columns({
      title: 'Left without paying',
      description:
        'Shoppers who came back from the payment page without having paid, and payment pages that ran out.',
      unit: 'short',
      links: toSite,
      queries: [
        metric('sum(increase(checkout_funnel_total{step="cancelled"}[$__interval]))', 'came back'),
        metric('sum(increase(payment_checkouts_total{outcome="expired"}[$__interval]))', 'ran out'),
      ],
    }),
    columns({
      title: 'Not enough in stock',
      description: 'Orders and cart changes that were refused because the shop has less.',
      unit: 'short',
      links: toStock,
      queries: [
        metric('sum(increase(stock_refused_orders_total[$__interval]))', 'orders'),
        metric('sum(increase(cart_stock_refusals_total[$__interval]))', 'carts'),
      ],
    }),
    columns({
      title: 'Refunds',
      description: 'Refunds by how they ended. A failed one needs a person.',
      unit: 'short',
      links: toPayments,
      queries: [metric('sum by (outcome) (increase(payment_refunds_total[$__interval]))', '{{outcome}}')],
    }),
  ],
};

const stripe = {
  title: 'Stripe',
  panels: [
    graph({
      title: 'Requests to Stripe',
      description:
        'Requests a second by their outcome. "failed" and "no-answer" are Stripe’s faults, "refused" are ours.',
      unit: 'reqps',
      links: toPayments,
      queries: [metric('sum by (outcome) (rate(stripe_requests_total[$__rate_interval]))', '{{outcome}}')],
    }),
    graph({
      title: 'Time that Stripe takes, 95th percentile',
      description: 'By operation. A shopper waits for it between "Pay now" and the payment page.',
      unit: 's',
      links: toPayments,
      queries: [
        metric(
          'histogram_quantile(0.95, sum by (le, operation) (rate(stripe_request_duration_seconds_bucket[$__rate_interval])))',
          '{{operation}}',
        ),
      ],
    }),
    columns({
      title: 'Webhooks',
      description:
        'What Stripe delivered, by outcome. Failed ones come again; refused ones were not signed by Stripe.',
      unit: 'short',
      links: toPayments,
      queries: [metric('sum by (outcome) (increase(payment_webhooks_total[$__interval]))', '{{outcome}}')],
    }),
    columns({
      title: 'Payments by source',
      description:
        'What told of each payment first: the webhook, a call when the shopper came back, the sweeper that asks Stripe, or Stripe’s event log.',
      unit: 'short',
      links: toPayments,
      queries: [
        metric(
          'sum by (source) (increase(payment_checkouts_total{outcome="paid"}[$__interval]))',
          '{{source}}',
        ),
      ],
    }),
    columns({
      title: 'Payments that did not fit their order',
      description: 'Too late, another amount, or sold out meanwhile. The money goes back by itself.',
      unit: 'short',
      links: toOrders,
      queries: [metric('sum by (kind) (increase(order_payment_anomalies_total[$__interval]))', '{{kind}}')],
    }),
    columns({
      title: 'Disputes',
      description: 'Shoppers who asked their bank for the money. A person must answer at Stripe.',
      unit: 'short',
      links: toPayments,
      queries: [metric('sum by (type) (increase(payment_disputes_total[$__interval]))', '{{type}}')],
    }),
  ],
};

export function shopDashboard(): Dashboard {
  return board({
    title: 'Shop',
    purpose:
      '**How the shop does as a business**: what was sold and given back, where shoppers turn away before they pay, and what is sold out. It is for the seller; an engineer starts at Services. Amounts are in the main unit of the currency.',
    seeAlso: ['Services', 'Follow a request', 'Logs'],
    span: '24h',
    sections: [sales, waiting, way, stripe],
  });
}
