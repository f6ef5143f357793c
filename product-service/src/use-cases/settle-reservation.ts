import { setTimeout as delay } from 'node:timers/promises';
import type { ReservationLine } from '@micromall/contracts';
import { movesUnits, type Transition } from '../domain/hold-state.js';
import { type Rule, transitionsOf } from '../domain/settlement.js';
import type { StockStore } from '../store/stock.js';

const mostRounds = 10;

/** Applies each transition whose order is still in its state `from`; returns those that were applied. */
export async function applyAll(
  stock: StockStore,
  orderId: string,
  transitions: readonly Transition[],
): Promise<Transition[]> {
  const applied: Transition[] = [];
  for (const transition of transitions) {
    if (await stock.apply(orderId, transition)) applied.push(transition);
  }
  return applied;
}

/**
 * Applies a rule to the lines of an order until it asks for nothing more, whatever else happens to them meanwhile.
 * @returns how many units are counted elsewhere now
 * @throws when transitions stay refused: then the counts contradict the records, and a person must look at it
 */
export async function settle(
  stock: StockStore,
  orderId: string,
  lines: readonly ReservationLine[],
  rule: Rule,
): Promise<number> {
  const productIds = lines.map(({ productId }) => productId);
  let units = 0;
  for (let round = 1; round <= mostRounds; round += 1) {
    const transitions = transitionsOf(lines, await stock.read(orderId, productIds), rule);
    if (transitions.length === 0) return units;
    const applied = await applyAll(stock, orderId, transitions);
    units += unitsOf(applied);
    if (applied.length < transitions.length) await delay(Math.random() * round * 5);
  }
  throw new Error(`the stock of order ${orderId} can not be settled: its counts contradict its records`);
}

export function unitsOf(transitions: readonly Transition[]): number {
  return transitions.filter(movesUnits).reduce((sum, { quantity }) => sum + quantity, 0);
}
