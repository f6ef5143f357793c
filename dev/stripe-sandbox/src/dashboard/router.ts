import { Router } from 'express';
import { pagePath } from '../checkout-page/addresses.js';
import type { Sandbox } from '../context.js';
import { formatMoney } from '../domain/money.js';
import { totalsOf } from '../domain/totals.js';
import { securePage } from '../http/pages.js';
import type { ChargeRecord, EventRecord, SessionRecord } from '../store/records.js';

const SHOWN = 50;

/** A page to look at, not to act on: payments, sessions, and events with what became of them. */
export function dashboardRouter(sandbox: Sandbox): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    const { store } = sandbox;
    securePage(response, []);
    response.render('dashboard', {
      title: 'Stripe stand-in',
      merchant: 'Stripe stand-in',
      counts: {
        payments: store.charges.size,
        sessions: store.sessions.size,
        events: store.events.size,
        refunds: store.refunds.size,
      },
      payments: store.charges
        .newestFirst()
        .slice(0, SHOWN)
        .map((charge) => paymentRow(sandbox, charge)),
      sessions: store.sessions.newestFirst().slice(0, SHOWN).map(sessionRow),
      events: store.events
        .newestFirst()
        .slice(0, SHOWN)
        .map((event) => eventRow(sandbox, event)),
      endpoints: store.endpoints.newestFirst().map(({ id, url, status, enabledEvents }) => ({
        id,
        url,
        status,
        events: enabledEvents.join(', '),
      })),
    });
  });
  return router;
}

function paymentRow(sandbox: Sandbox, charge: ChargeRecord) {
  return {
    at: timeOf(charge.created),
    id: charge.id,
    receipt: charge.status === 'succeeded' ? `/receipts/${charge.id}` : null,
    intent: charge.paymentIntent,
    amount: formatMoney(charge.amount, charge.currency),
    refunded: charge.amountRefunded === 0 ? '' : formatMoney(charge.amountRefunded, charge.currency),
    status: statusOf(charge),
    detail: charge.failure ? (charge.failure.declineCode ?? charge.failure.code) : '',
    card: `${charge.card.brand} ${charge.card.last4}`,
    email: charge.billingEmail,
    refunds: charge.refunds
      .flatMap((id) => sandbox.store.refunds.get(id) ?? [])
      .map(({ id, status }) => ({ id, status })),
  };
}

function statusOf(charge: ChargeRecord): string {
  if (charge.status === 'failed') return 'failed';
  if (charge.dispute !== null) return 'disputed';
  if (charge.amountRefunded === charge.amount) return 'refunded';
  return charge.amountRefunded > 0 ? 'partly refunded' : 'succeeded';
}

function sessionRow(session: SessionRecord) {
  return {
    at: timeOf(session.created),
    id: session.id,
    link: pagePath(session.id),
    status: session.status,
    amount: formatMoney(totalsOf(session).total, session.currency),
    reference: session.clientReferenceId ?? '',
    expires: timeOf(session.expiresAt),
  };
}

function eventRow(sandbox: Sandbox, event: EventRecord) {
  return {
    at: timeOf(event.created),
    id: event.id,
    type: event.type,
    about: event.about,
    deliveries: event.deliveries.map((delivery) => {
      const last = delivery.tries.at(-1);
      return {
        endpoint: sandbox.store.endpoints.get(delivery.endpoint)?.url ?? delivery.endpoint,
        state: delivery.state,
        tries: delivery.tries.length,
        last: last ? (last.error ?? `HTTP ${last.status}, ${last.durationMs} ms`) : 'not tried yet',
      };
    }),
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
