import type { ReservationLine } from '@micromall/contracts';
import { movesOf, type Rule } from '../domain/settlement.js';
import { type Move, movesUnits } from '../domain/standing.js';
import type { StockStore } from '../store/stock.js';
import { pause } from './pause.js';

const mostRounds = 10;

/** Makes each move whose order still stands where it begins; the others are left for whoever looks again. */
export async function makeMoves(stock: StockStore, orderId: string, moves: readonly Move[]): Promise<Move[]> {
  const made: Move[] = [];
  for (const move of moves) if (await stock.move(orderId, move)) made.push(move);
  return made;
}

/**
 * Moves the lines of an order until the rule asks for nothing more, whatever else happens to them meanwhile.
 * @returns how many units changed their place
 * @throws when moves stay refused: then the counts contradict what is remembered, and a person must look at it
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
    const moves = movesOf(lines, await stock.read(orderId, productIds), rule);
    if (moves.length === 0) return units;
    const made = await makeMoves(stock, orderId, moves);
    units += unitsOf(made);
    if (made.length < moves.length) await pause(round * 5);
  }
  throw new Error(`the stock of order ${orderId} can not be settled: it does not stand as it was recorded`);
}

export function unitsOf(moves: readonly Move[]): number {
  return moves.filter(movesUnits).reduce((sum, { quantity }) => sum + quantity, 0);
}
