import { setTimeout as pause } from 'node:timers/promises';
import type { Books } from '@micromall/test-kit/ledger/books';
import { compareBooks, type Discrepancy } from '@micromall/test-kit/ledger/compare';

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
    const isLast = Date.now() - started >= withinMs;
    const settled = await read().then(
      (books) => ({ books, discrepancies: compareBooks(books), afterMs: Date.now() - started }),
      (error: unknown) => {
        // What was just revived may still refuse; whether it does in the end is another matter.
        if (isLast) throw error;
        return undefined;
      },
    );
    if (settled && (isLast || settled.discrepancies.length === 0)) return settled;
    await pause(lookAgainAfterMs);
  }
}
