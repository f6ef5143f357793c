import type { Response } from 'express';
import type { Sandbox } from '../context.js';
import { receiptPath } from '../domain/charges.js';
import { formatMoney } from '../domain/money.js';
import { pagePath, totalsOf } from '../domain/sessions.js';
import type { ChargeRecord, EventRecord, SessionRecord } from '../store/records.js';
import { renderPage } from './pages.js';

const SHOWN = 50;

/** A page to look at, not to act on: payments, sessions, and events with their deliveries. */
export function showDashboard(sandbox: Sandbox, response: Response): void {
  const { charges, sessions, events } = sandbox.store;
  renderPage(response, 'dashboard', {
    title: 'Stripe stand-in',
    tables: [
      {
        name: 'Payments',
        columns: ['Time (UTC)', 'Amount', 'Status', 'Refunded', 'Card', 'Email', 'Payment intent'],
        rows: charges.newestFirst().slice(0, SHOWN).map(paymentRow),
      },
      {
        name: 'Checkout sessions',
        columns: ['Time (UTC)', 'Amount', 'Status', 'Reference', 'Expires (UTC)', 'Session'],
        rows: sessions.newestFirst().slice(0, SHOWN).map(sessionRow),
      },
      {
        name: 'Events and their deliveries',
        columns: ['Time (UTC)', 'Type', 'About', 'Deliveries', 'Event'],
        rows: events
          .newestFirst()
          .slice(0, SHOWN)
          .map((event) => eventRow(sandbox, event)),
      },
    ],
  });
}

/** What a cell shows: a text, or one that leads somewhere, is coloured, or is an id. */
type Cell = string | { text: string; link?: string; badge?: boolean; id?: boolean };

function paymentRow(charge: ChargeRecord): Cell[] {
  const { id, amount, amountRefunded, currency, card, billingEmail, paymentIntent } = charge;
  const money = formatMoney(amount, currency);
  return [
    timeOf(charge.created),
    charge.status === 'succeeded' ? { text: money, link: receiptPath(id) } : money,
    { text: statusOf(charge), badge: true },
    amountRefunded === 0 ? '' : formatMoney(amountRefunded, currency),
    `${card.brand} ${card.last4}`,
    billingEmail,
    { text: paymentIntent, id: true },
  ];
}

function statusOf({ status, failure, dispute, amount, amountRefunded }: ChargeRecord): string {
  if (status === 'failed') return `failed: ${failure?.declineCode ?? failure?.code}`;
  if (dispute !== null) return 'disputed';
  if (amountRefunded === amount) return 'refunded';
  return amountRefunded > 0 ? 'partly refunded' : 'succeeded';
}

function sessionRow(session: SessionRecord): Cell[] {
  return [
    timeOf(session.created),
    formatMoney(totalsOf(session).total, session.currency),
    { text: session.status, badge: true },
    session.clientReferenceId ?? '',
    timeOf(session.expiresAt),
    { text: session.id, link: pagePath(session.id), id: true },
  ];
}

function eventRow({ store }: Sandbox, { id, created, type, about, deliveries }: EventRecord): Cell[] {
  const outcomes = deliveries.map(({ endpoint, state, tries }) => {
    const last = tries.at(-1);
    const outcome = last ? (last.error ?? `HTTP ${last.status}, ${last.durationMs} ms`) : 'not tried yet';
    const count = `${tries.length} ${tries.length === 1 ? 'try' : 'tries'}`;
    return `${state}: ${store.endpoints.get(endpoint)?.url ?? endpoint} (${count}; ${outcome})`;
  });
  return [timeOf(created), type, { text: about, id: true }, outcomes.join(', '), { text: id, id: true }];
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
