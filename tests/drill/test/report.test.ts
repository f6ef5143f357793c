import { describe, expect, it } from 'vitest';
import type { DrillResult } from '../src/drill.js';
import { isGood } from '../src/drill.js';
import { duration } from '../src/report/format.js';
import { commandOf, markdownReport, plainReport } from '../src/report/report.js';

const options = {
  seed: 42,
  purchases: 3,
  shoppers: 2,
  faults: true,
  soakMinutes: 0,
  ledgerFile: undefined,
  keep: false,
};

const good: DrillResult = {
  options,
  books: {
    payments: [
      {
        session: 'cs_1',
        payment_intent: 'pi_1',
        amount: 123_456,
        amount_refunded: 0,
        currency: 'sgd',
        created: 0,
        metadata: { orderId: 'one' },
        refunds: [],
      },
    ],
    orders: [
      {
        _id: 'one',
        number: 'MM-ONE',
        state: 'paid',
        lines: [{ productId: 'mug', quantity: 2 }],
        total: 123_456,
        currency: 'SGD',
        history: [{ state: 'paid', at: new Date(0) }],
        checkout: { sessionId: 'cs_1' },
        outbox: [],
      },
    ],
    products: [
      { productId: 'mug', name: 'Mug', stocked: 1_000, available: 998, reserved: 0, sold: 2, holds: [] },
    ],
    events: [
      { event: 'order.paid', orderId: 'one', messageId: 'order.paid:one' },
      { event: 'order.paid', orderId: 'one', messageId: 'order.paid:one' },
    ],
    parked: [],
  },
  discrepancies: [],
  waits: { payments: 1, longestMs: 70_000, longestInOrderMs: 1_500, tooLong: [] },
  visits: [
    {
      visit: { number: 1, shopper: 0, behaviour: 'pays', wants: [], hesitatesMs: 0, afterwards: 'nothing' },
      end: { is: 'paid', orderId: 'one' },
    },
  ],
  failures: [],
  injected: [{ is: 'kill', process: 'mongo', forMs: 100, afterVisits: 1 }],
  outages: [{ process: 'mongo', from: 1_000, to: 3_000 }],
  paidByDelivery: new Map([['dropped', 1]]),
  loginsAgain: 0,
  settledAfterMs: 800,
  tookMs: 83_000,
  soak: undefined,
};

describe('the ledger of a drill', () => {
  it('shows both sides of the books, its faults, and the command that repeats it', () => {
    const text = plainReport(good);
    expect(text).toContain('Seed 42: 1 purchases by 2 shoppers at once, 1 faults, in 1 min 23 s.');
    expect(text).toMatch(/their sum +1,234\.56 +1,234\.56/);
    expect(text).toMatch(/Mug +1,000 +998 +0 +2 +2/);
    expect(text).toMatch(/order\.paid +2 +1 +1/);
    expect(text).toMatch(/mongo +1 +0 +2\.0 s/);
    expect(text).toMatch(/webhooks dropped +1 payments/);
    expect(text).toContain('at most 1 min 10 s, of which everything worked for at most 1.5 s');
    expect(text).toContain('The books agree: every payment has one order');
    expect(text).toContain('npm run drill -- --seed 42 --purchases 3 --shoppers 2');
  });

  it('is a Markdown page, too', () => {
    const page = markdownReport(good);
    expect(page).toMatch(/^# The ledger of a drill\n/);
    expect(page).toContain('| Mug | 1,000 | 998 | 0 | 2 | 2 |');
  });

  it('says line by line on what the books do not agree', () => {
    const text = plainReport({
      ...good,
      discrepancies: [{ book: 'stock', says: 'Mug: -1 are available' }],
      waits: { ...good.waits, tooLong: ['order MM-ONE waited 61 s for its payment to be known'] },
      failures: ['visit 7 (pays): "Pay now" was not possible within 240 s'],
    });
    expect(text).toContain(
      'THE BOOKS DO NOT AGREE:\n- stock: Mug: -1 are available\n- too late: order MM-ONE',
    );
    expect(text).toContain('- not done: visit 7 (pays)');
    expect(text).not.toContain('The books agree');
  });

  it('shows the soak with what did not stay as it was', () => {
    const row = {
      process: 'order-service',
      megabytes: { before: 100, after: 120 },
      channels: { before: 5, after: 5 },
      connections: { before: 2, after: 2 },
    };
    const soak = { minutes: 10, visits: 400, paid: 300, rows: [row], failures: [] };
    expect(plainReport({ ...good, soak })).toMatch(/order-service +100 → 120 +20\.0 % +5 → 5 +2 → 2 +no/);
  });

  it('names every option that makes the same plan', () => {
    expect(commandOf({ ...options, faults: false, soakMinutes: 10 })).toBe(
      'npm run drill -- --seed 42 --purchases 3 --shoppers 2 --no-faults --soak 10',
    );
  });
});

it.each([
  [0, '0.0 s'],
  [3_249, '3.2 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [119_600, '2 min 0 s'],
  [754_000, '12 min 34 s'],
])('%d milliseconds are written as %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

describe('a drill', () => {
  it('is good only when the books agree, in time, and nobody gave up', () => {
    expect(isGood(good)).toBe(true);
    expect(isGood({ ...good, discrepancies: [{ book: 'stock', says: 'x' }] })).toBe(false);
    expect(isGood({ ...good, waits: { ...good.waits, tooLong: ['x'] } })).toBe(false);
    expect(isGood({ ...good, failures: ['x'] })).toBe(false);
  });
});
