import type { Sandbox } from '../context.js';
import { settleRefund } from './refunds.js';
import { expireIfDue } from './sessions.js';

const TICK_MS = 500;
const PRUNE_EVERY_MS = 10 * 60 * 1000;

/** Does what time brings: sessions run out, refunds settle, old events are forgotten. */
export function startTimekeeper(sandbox: Sandbox): { stop(): void } {
  const ticking = setInterval(() => tick(sandbox), TICK_MS);
  const pruning = setInterval(() => sandbox.store.prune(), PRUNE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(ticking);
      clearInterval(pruning);
    },
  };
}

function tick(sandbox: Sandbox): void {
  const { store } = sandbox;
  for (const id of store.openSessions) {
    const session = store.sessions.get(id);
    if (session) expireIfDue(sandbox, session);
  }
  for (const id of store.unsettledRefunds) {
    const refund = store.refunds.get(id);
    if (refund?.settlesAt && refund.settlesAt <= Date.now()) settleRefund(sandbox, refund);
  }
}
