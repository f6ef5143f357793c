import { type Books, hasBeen, type OrderEntry, statesWithMoney } from '@micromall/test-kit/ledger/books';
import { type DrillResult, purchasesOf } from '../drill.js';
import { deliveries, processNames } from '../plan/faults.js';
import { isSteady, type Soak } from '../soak.js';
import { count, duration, money } from './format.js';
import type { Table } from './tables.js';

/** What the stand-in says beside what the shop says. */
export function moneyTable({ payments, orders }: Books): Table {
  const withMoney = orders.filter(({ state }) => statesWithMoney.includes(state));
  const refunded = orders.filter((order) => order.state === 'refunded');
  const everPaid = orders.filter((order) => hasBeen(order, 'paid') || hasBeen(order, 'refunding'));
  const refunds = payments.flatMap((payment) => payment.refunds.filter(({ status }) => status !== 'failed'));
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const totals = (list: readonly OrderEntry[]) => money(sum(list.map(({ total }) => total)));
  const paid = sum(payments.map(({ amount }) => amount));
  const back = sum(refunds.map(({ amount }) => amount));
  return {
    heads: ['', 'at the stand-in', 'in the shop'],
    rows: [
      ['payments / orders that were paid', count(payments.length), count(everPaid.length)],
      ['their sum', money(paid), totals(everPaid)],
      ['refunds / refunded orders', count(refunds.length), count(refunded.length)],
      ['their sum', money(back), totals(refunded)],
      ['kept / due for paid orders', money(paid - back), totals(withMoney)],
    ],
  };
}

export function ordersTable({ orders }: Books): Table {
  const states = new Map<string, number>();
  for (const { state } of orders) states.set(state, (states.get(state) ?? 0) + 1);
  return {
    heads: ['orders by state', 'how many'],
    rows: [...states].map(([state, number]) => [state, count(number)]),
  };
}

export function stockTable({ products, orders }: Books): Table {
  const bought = (productId: string) =>
    orders
      .filter(({ state }) => statesWithMoney.includes(state))
      .flatMap(({ lines }) => lines.filter((line) => line.productId === productId))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    heads: ['stock', 'put in', 'available', 'reserved', 'sold', 'in paid orders'],
    rows: products.map(({ productId, name, stocked, available, reserved, sold }) => [
      name,
      ...[stocked, available, reserved, sold, bought(productId)].map(count),
    ]),
  };
}

export function eventsTable({ events = [], orders }: Books): Table {
  const due: Record<string, number> = {
    'order.paid': orders.filter((order) => hasBeen(order, 'paid')).length,
    'order.cancelled': orders.filter((order) => hasBeen(order, 'cancelled')).length,
    'order.refunded': orders.filter((order) => hasBeen(order, 'refunded')).length,
  };
  return {
    heads: ['events', 'published', 'under so many ids', 'orders they are due for'],
    rows: [...new Set(events.map(({ event }) => event))].sort().map((name) => {
      const published = events.filter(({ event }) => event === name);
      const ids = new Set(published.map(({ messageId }) => messageId)).size;
      const owed = due[name];
      return [name, count(published.length), count(ids), owed === undefined ? '' : count(owed)];
    }),
  };
}

export function faultsTable({ injected, outages, paidByDelivery }: DrillResult): Table {
  const times = (is: 'kill' | 'hang', process: string) =>
    injected.filter((one) => one.is === is && one.process === process).length;
  const away = (process: string) =>
    outages
      .filter((outage) => outage.process === process)
      .reduce((sum, { from, to = from }) => sum + to - from, 0);
  return {
    heads: ['faults', 'killed', 'hung', 'away in all'],
    rows: [
      ...processNames.map((name) => [
        name,
        count(times('kill', name)),
        count(times('hang', name)),
        duration(away(name)),
      ]),
      ...Object.keys(deliveries).map((name) => {
        const payments = [...paidByDelivery].find(([delivery]) => delivery === name)?.[1] ?? 0;
        return [`webhooks ${name}`, '', '', `${count(payments)} payments`];
      }),
      [
        'calls of Stripe disturbed',
        '',
        '',
        `${count(injected.filter(({ is }) => is === 'stripe-fault').length)} times`,
      ],
    ],
  };
}

export function visitsTable(result: DrillResult): Table {
  const kinds = ['paid', 'left unpaid', 'sold out', 'gave up'] as const;
  const behaviours = [...new Set(result.visits.map(({ visit }) => visit.behaviour))].sort();
  return {
    heads: ['visits', ...kinds],
    rows: [
      ...behaviours.map((behaviour) => [
        behaviour,
        ...kinds.map((kind) =>
          count(
            result.visits.filter(({ visit, end }) => visit.behaviour === behaviour && end.is === kind).length,
          ),
        ),
      ]),
      ['purchases', count(purchasesOf(result)), '', '', ''],
    ],
  };
}

export function soakTable({ rows }: Soak): Table {
  const change = ({ before, after }: { before: number; after: number }) =>
    `${before.toFixed(0)} → ${after.toFixed(0)}`;
  const verdict = (steady: boolean) => (steady ? 'yes' : 'no');
  return {
    heads: ['soak: second minute → last', 'MB', 'change', 'channels', 'connections', 'within 10 %'],
    rows: rows.map(({ process, megabytes, channels, connections }) => [
      process,
      change(megabytes),
      `${(((megabytes.after - megabytes.before) / megabytes.before) * 100).toFixed(1)} %`,
      change(channels),
      change(connections),
      verdict(isSteady(megabytes) && isSteady(channels) && isSteady(connections)),
    ]),
  };
}
