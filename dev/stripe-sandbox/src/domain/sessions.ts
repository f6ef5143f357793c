import type { Cause, Sandbox } from '../context.js';
import { toPaymentIntent } from '../objects/payment-intent.js';
import { toSession } from '../objects/session.js';
import type { PaymentIntentRecord, SessionRecord } from '../store/records.js';
import { recordEvent } from '../webhooks/record-event.js';
import { nowInSeconds } from './clock.js';

/** The shopper has paid: the session is complete, and says so. */
export function completeSession(sandbox: Sandbox, session: SessionRecord, cause: Cause): SessionRecord {
  const complete: SessionRecord = {
    ...session,
    status: 'complete',
    paymentStatus: 'paid',
    authentication: null,
  };
  sandbox.store.sessions.put(complete);
  recordEvent(sandbox, cause, 'checkout.session.completed', toSession(complete, sandbox.publicUrl));
  return complete;
}

/**
 * Ends an open session without a payment, for whoever asks: the shop, or time (`cause` is null then).
 * Its payment intent, if an attempt was made, is cancelled with it.
 */
export function expireSession(sandbox: Sandbox, session: SessionRecord, cause: Cause | null): SessionRecord {
  const expired: SessionRecord = { ...session, status: 'expired', authentication: null };
  sandbox.store.sessions.put(expired);
  const intent =
    session.paymentIntent === null ? undefined : sandbox.store.paymentIntents.get(session.paymentIntent);
  if (intent) cancelIntent(sandbox, intent, cause);
  recordEvent(sandbox, cause, 'checkout.session.expired', toSession(expired, sandbox.publicUrl));
  return expired;
}

function cancelIntent(sandbox: Sandbox, intent: PaymentIntentRecord, cause: Cause | null): void {
  const canceled: PaymentIntentRecord = {
    ...intent,
    status: 'canceled',
    canceledAt: nowInSeconds(),
    cancellationReason: 'expired',
    paymentMethod: null,
  };
  sandbox.store.paymentIntents.put(canceled);
  recordEvent(sandbox, cause, 'payment_intent.canceled', toPaymentIntent(canceled));
}

/** Every reader of a session comes through here, so that no one sees an open session that has run out. */
export function expireIfDue(sandbox: Sandbox, session: SessionRecord): SessionRecord {
  if (session.status !== 'open' || session.expiresAt > nowInSeconds()) return session;
  return expireSession(sandbox, session, null);
}
