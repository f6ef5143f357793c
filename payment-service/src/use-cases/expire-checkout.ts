import type { CheckoutStatus } from '@micromall/contracts';
import { quickly } from '../clients/stripe/client.js';
import { isRefusal } from '../clients/stripe/errors.js';
import type { Context } from '../context.js';
import type { CheckoutRecord } from '../domain/checkout.js';
import { failpoint } from '../failpoints.js';
import { fulfil, settle } from './fulfil-checkout.js';
import { repeatableCreate } from './open-checkout.js';

/**
 * Ends a checkout unless it is paid.
 * @returns how it stands then
 * @throws when Stripe does not answer
 */
export async function expire(context: Context, checkout: CheckoutRecord): Promise<CheckoutStatus> {
  const known = checkout.status === 'opening' ? await findSession(context, checkout) : checkout;
  if (!known || known.status === 'opening') return 'expired';
  if (known.settled || known.sessionId === null) return known.status;
  try {
    const session = await context.stripe.checkout.sessions.expire(known.sessionId, {}, quickly);
    failpoint('session-expired');
    return await settle(context, known._id, session, 'call');
  } catch (error) {
    // It is not open any more, or Stripe has forgotten it: its session says which.
    if (!isRefusal(error)) throw error;
    return fulfil(context, known, 'call');
  }
}

/**
 * A process that died while it opened a checkout may have left a session at Stripe. The same request with the same
 * key answers with that session; if there was none, this makes one, which is ended a moment later.
 * @returns undefined if there is no session and never will be one
 */
async function findSession(context: Context, checkout: CheckoutRecord): Promise<CheckoutRecord | undefined> {
  if (checkout.parameters === null) return giveUp(context, checkout);
  try {
    const session = await repeatableCreate(context, checkout);
    return (
      (await context.checkouts.opened(checkout._id, session.id, session.url)) ??
      (await context.checkouts.find(checkout._id))
    );
  } catch (error) {
    // Refused now means never made before: Stripe answers a repetition before it judges it.
    if (!isRefusal(error)) throw error;
    return giveUp(context, checkout);
  }
}

async function giveUp({ checkouts, events }: Context, { _id }: CheckoutRecord): Promise<undefined> {
  await checkouts.settleExpired(_id);
  events.expired(_id, null, 'call');
}
