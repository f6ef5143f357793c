import { currentTraceparent } from '@micromall/platform';
import type { Context } from '../context.js';
import { changeOf, type Transition } from '../domain/change.js';
import type { OrderRecord } from '../domain/order.js';
import { mayBecome } from '../domain/transitions.js';
import { failpoint } from '../failpoints.js';

/** Each lost race means that somebody else has changed the state, and an order has few states. */
const mostRaces = 10;

export interface Transitioned {
  /** Whether it was this call that changed the state. */
  readonly applied: boolean;
  /** The order afterwards, whoever changed it. */
  readonly order: OrderRecord;
}

/**
 * Takes an order to another state, if the table of transitions allows it from the state in which the order is by then:
 * one conditional update writes the state, its history and the events to emit, so a repeated message changes nothing.
 * @param allowed what must be true beyond the table
 */
export async function transitionOrder(
  context: Context,
  order: OrderRecord,
  transition: Transition,
  allowed: (order: OrderRecord) => boolean = () => true,
): Promise<Transitioned> {
  let current = order;
  for (let race = 0; race < mostRaces; race += 1) {
    if (!mayBecome(current.state, transition.to) || !allowed(current)) {
      return { applied: false, order: current };
    }
    const now = new Date();
    const change = changeOf(current, transition, now, currentTraceparent());
    const after = await context.orders.change(current, change, now);
    if (after) {
      context.events.transitioned(current.state, after);
      failpoint(`became-${after.state}`);
      if (after.outbox.length > 0) context.outbox.nudge(after);
      return { applied: true, order: after };
    }
    const reread = await context.orders.find(order._id);
    if (!reread) throw new Error(`order ${order._id} is gone`);
    current = reread;
  }
  throw new Error(`order ${order._id} changes too fast to become ${transition.to}`);
}
