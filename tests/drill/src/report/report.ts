import { type DrillResult, isGood, purchasesOf } from '../drill.js';
import { orderWithinMs } from '../ledger/timing.js';
import type { DrillOptions } from '../options.js';
import { count, duration } from './format.js';
import {
  eventsTable,
  faultsTable,
  moneyTable,
  ordersTable,
  soakTable,
  stockTable,
  visitsTable,
} from './ledger-tables.js';
import { markdownTable, plainTable, type Table } from './tables.js';

/** The ledger of a drill for a terminal. */
export function plainReport(result: DrillResult): string {
  return ['', ...sections(result, plainTable), ''].join('\n\n').trimStart();
}

/** The ledger of a drill as a Markdown page. */
export function markdownReport(result: DrillResult): string {
  return ['# The ledger of a drill', ...sections(result, markdownTable)].join('\n\n').concat('\n');
}

/** The command that makes the same plan again. */
export function commandOf({ seed, purchases, shoppers, faults, soakMinutes }: DrillOptions): string {
  const parts = [`--seed ${seed}`, `--purchases ${purchases}`, `--shoppers ${shoppers}`];
  if (!faults) parts.push('--no-faults');
  if (soakMinutes > 0) parts.push(`--soak ${soakMinutes}`);
  return `npm run drill -- ${parts.join(' ')}`;
}

function sections(result: DrillResult, table: (table: Table) => string): string[] {
  const { books, soak } = result;
  return [
    headline(result),
    table(moneyTable(books)),
    table(ordersTable(books)),
    table(stockTable(books)),
    table(eventsTable(books)),
    table(faultsTable(result)),
    table(visitsTable(result)),
    waitsText(result),
    ...(soak
      ? [
          `${count(soak.visits)} visits in ${soak.minutes} minutes, ${count(soak.paid)} paid.`,
          table(soakTable(soak)),
        ]
      : []),
    verdict(result),
    `The same plan again: ${commandOf(result.options)}`,
  ];
}

function headline(result: DrillResult): string {
  const { options, injected, tookMs } = result;
  return `Seed ${options.seed}: ${count(purchasesOf(result))} purchases by ${options.shoppers} shoppers at once, ${count(injected.length)} faults, in ${duration(tookMs)}.`;
}

function waitsText({ waits, settledAfterMs, loginsAgain }: DrillResult): string {
  return [
    `From a payment to its order: at most ${duration(waits.longestMs)}, of which everything worked for at most ${duration(waits.longestInOrderMs)} (promised: ${duration(orderWithinMs)}).`,
    `From everything being back to books that agree: ${duration(settledAfterMs)}.`,
    `Shoppers had to log in again: ${count(loginsAgain)} times.`,
  ].join('\n');
}

function verdict(result: DrillResult): string {
  const { discrepancies, waits, failures } = result;
  if (isGood(result))
    return 'The books agree: every payment has one order, nothing is lost, nothing is there twice.';
  const lines = [
    ...discrepancies.map(({ book, says }) => `- ${book}: ${says}`),
    ...waits.tooLong.map((says) => `- too late: ${says}`),
    ...failures.map((says) => `- not done: ${says}`),
  ];
  const books = discrepancies.length === 0 ? 'The books agree, but:' : 'THE BOOKS DO NOT AGREE:';
  return [books, ...lines].join('\n');
}
