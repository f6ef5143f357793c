import type { Sandbox } from '../context.js';
import { settleRefund } from '../domain/refunds.js';
import { findSession } from '../domain/sessions.js';

const TICK_MS = 500;
const PRUNE_EVERY_MS = 10 * 60 * 1000;

/** Lets sessions expire and refunds settle when it is time, and removes old events. */
export function startExpiry(sandbox: Sandbox): { stop(): void } {
  const timers = [
    setInterval(() => tick(sandbox), TICK_MS),
    setInterval(() => sandbox.store.prune(), PRUNE_EVERY_MS),
  ];
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

function tick(sandbox: Sandbox): void {
  const { store } = sandbox;
  for (const id of store.openSessions) findSession(sandbox, id);
  for (const id of store.unsettledRefunds) {
    const refund = store.refunds.get(id);
    if (refund?.settlesAt && refund.settlesAt <= Date.now()) settleRefund(sandbox, refund);
  }
}
