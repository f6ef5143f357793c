import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from './books.js';
import { compareBooks, type Discrepancy } from './compare.js';

export interface Settled {
  readonly books: Books;
  readonly discrepancies: readonly Discrepancy[];
  /** Until the books agreed, in milliseconds. */
  readonly afterMs: number;
}

const lookAgainAfterMs = 1_000;

/** Reads the books until they agree or the time is over, and answers with how they were at last. */
export async function settle(read: () => Promise<Books>, withinMs: number): Promise<Settled> {
  const started = Date.now();
  for (;;) {
    const books = await read();
    const discrepancies = compareBooks(books);
    const afterMs = Date.now() - started;
    if (discrepancies.length === 0 || afterMs >= withinMs) return { books, discrepancies, afterMs };
    await pause(lookAgainAfterMs);
  }
}
