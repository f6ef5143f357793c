import { currentTraceparent } from '@micromall/platform';
import type { Context } from '../context.js';
import { changeOf, type Move } from '../domain/moves.js';
import type { OrderRecord } from '../domain/order.js';
import { mayBecome } from '../domain/transitions.js';
import { failpoint } from '../failpoints.js';

/** Each lost race means that somebody else moved the order on, and an order has few states. */
const mostRaces = 10;

export interface Moved {
  readonly moved: boolean;
  /** As it stands afterwards, whoever moved it. */
  readonly order: OrderRecord;
}

/**
 * Takes an order one step on, if the table of transitions allows it from the state in which the order is by then:
 * one conditional update writes the state, its history and the events to tell, so a repeated message changes nothing.
 * @param allowed what must be true beyond the table
 */
export async function moveOrder(
  context: Context,
  order: OrderRecord,
  move: Move,
  allowed: (order: OrderRecord) => boolean = () => true,
): Promise<Moved> {
  let current = order;
  for (let race = 0; race < mostRaces; race += 1) {
    if (!mayBecome(current.state, move.to) || !allowed(current)) return { moved: false, order: current };
    const now = new Date();
    const after = await context.orders.move(current, changeOf(current, move, now, currentTraceparent()), now);
    if (after) {
      context.events.moved(current.state, after);
      failpoint(`moved-to-${after.state}`);
      if (after.outbox.length > 0) context.outbox.nudge(after);
      return { moved: true, order: after };
    }
    const reread = await context.orders.find(order._id);
    if (!reread) throw new Error(`order ${order._id} is gone`);
    current = reread;
  }
  throw new Error(`order ${order._id} changes too fast to become ${move.to}`);
}
