import { objectId } from '@micromall/contracts';
import { newTraceId, runInTrace } from '@micromall/platform';
import type Stripe from 'stripe';
import type { Context } from '../context.js';
import { quickly } from '../stripe/client.js';
import { fulfilSession } from './fulfil.js';

const types = ['checkout.session.completed', 'checkout.session.async_payment_succeeded'];
/** No payment page stays open for longer, so nothing older can be news to a process that was away. */
const longestPageSeconds = 24 * 60 * 60;
/** Clocks differ, and an event may be listed a little after the moment that it bears. */
const overlapSeconds = 60;

/**
 * Asks Stripe what was paid since it was asked last: one call, however many payment pages are open. So an order
 * whose webhook never comes, and whose shopper never comes back, is found within one interval; asking about each
 * page in turn, as the sweeper does, would take minutes.
 * https://docs.stripe.com/api/events/list
 */
export function createPaidLately(context: Context): () => Promise<void> {
  const { stripe, logger } = context;
  let askedAt = nowInSeconds() - longestPageSeconds;

  /** @returns whether the shop knows of it now */
  async function take({ id, data }: Stripe.Event): Promise<boolean> {
    // Only sessions come under these types; anything else is not of this shop.
    const session =
      'metadata' in data.object && data.object.object === 'checkout.session' ? data.object : undefined;
    const orderId = objectId.safeParse(session?.metadata?.orderId);
    if (!session || !orderId.success) return true;
    return runInTrace({ traceId: newTraceId() }, async () => {
      try {
        await fulfilSession(context, orderId.data, session.id, 'sweeper');
        return true;
      } catch (error) {
        logger.warn(
          { err: error, event: id, orderId: orderId.data },
          'a payment could not be told, it is taken up again',
        );
        return false;
      }
    });
  }

  return async () => {
    const asked = nowInSeconds();
    let allTaken = true;
    const created = { gte: askedAt - overlapSeconds };
    for await (const event of stripe.events.list({ types, created, limit: 100 }, quickly)) {
      if (!(await take(event))) allTaken = false;
    }
    if (allTaken) askedAt = asked;
  };
}

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
