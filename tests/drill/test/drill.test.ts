import { names } from '@micromall/contracts';
import { compareBooks, type Discrepancy } from '@micromall/test-kit/ledger/compare';
import { readMoneyAndStock, readParked } from '@micromall/test-kit/ledger/read-books';
import { quickSweeps } from '@micromall/test-kit/shop/variables';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrillResult, purchasesOf, runDrill } from '../src/drill.js';
import { processNames } from '../src/plan/faults.js';
import { silentProgress } from '../src/progress.js';
import { commandOf, plainReport } from '../src/report/report.js';
import { type DrillShop, openShop } from '../src/shop.js';

const options = {
  seed: 20_261_121,
  purchases: 60,
  shoppers: 12,
  faults: true,
  soakMinutes: 0,
  ledgerFile: undefined,
  keep: false,
};
/** A machine that is busy with other tests takes its time. */
const timeoutMs = 8 * 60_000;

let own: DrillShop;
let result: DrillResult;

/** The books of the shop as they are now, without the events, which only the drill recorded. */
async function readNow(): Promise<Discrepancy['book'][]> {
  const stocked = new Map(result.books.products.map(({ productId, stocked: count }) => [productId, count]));
  const books = await readMoneyAndStock({ urls: own.address.urls, stocked });
  const parked = await readParked(own.operator.management);
  return compareBooks({ ...books, events: undefined, parked }).map(({ book }) => book);
}

function collection(service: string, name: string, work: (documents: Documents) => Promise<unknown>) {
  const client = new MongoClient(own.shop.urls.mongo(service));
  return work(client.db().collection(name)).finally(() => client.close());
}
type Documents = ReturnType<ReturnType<MongoClient['db']>['collection']>;

beforeAll(async () => {
  console.log(`The plan of this drill: ${commandOf(options)}`);
  // Nobody waits for a minute in a short drill, so a lost webhook is found out sooner.
  own = await openShop(quickSweeps);
  result = await runDrill(own, options, silentProgress);
}, timeoutMs);
afterAll(async () => {
  await own?.close(false);
});

describe('a shop whose every part is killed while sixty purchases are made', () => {
  it('has books that agree: payments, orders, refunds, stock and events', () => {
    expect(result.discrepancies, plainReport(result)).toEqual([]);
  });

  it('turns every payment into an order within a minute of working order', () => {
    expect(result.waits.payments).toBe(result.books.payments.length);
    expect(result.waits.tooLong, plainReport(result)).toEqual([]);
  });

  it('lets everybody buy in the end who wanted to', () => {
    expect(result.failures, plainReport(result)).toEqual([]);
    expect(purchasesOf(result)).toBeGreaterThanOrEqual(60);
    expect(result.books.payments.length).toBeGreaterThanOrEqual(60);
  });

  it('was really killed, part by part, and came back each time', () => {
    const killed = result.injected.flatMap((one) => (one.is === 'kill' ? [one.process] : []));
    expect(new Set(killed)).toEqual(new Set(processNames));
    for (const name of processNames) {
      const away = result.outages.filter(({ process }) => process === name);
      expect(away.length, name).toBeGreaterThan(0);
      expect(
        away.every(({ to }) => to !== undefined),
        name,
      ).toBe(true);
    }
  });

  it('was paid while webhooks were duplicated, delayed, dropped, reordered and lost', () => {
    for (const delivery of ['duplicated', 'delayed', 'dropped', 'reordered', 'lost for good'] as const) {
      expect(result.paidByDelivery.get(delivery) ?? 0, delivery).toBeGreaterThan(0);
    }
  });
});

describe('the ledger of a real shop', () => {
  it('finds a unit that somebody takes out of the storeroom, and a lost order, and a message that went astray', async () => {
    expect(await readNow()).toEqual([]);
    await collection('product-service', 'products', (products) =>
      products.updateOne({ available: { $gt: 0 } }, { $inc: { available: -1 } }),
    );
    expect(await readNow()).toEqual(['stock']);

    await collection('order-service', 'orders', (orders) => orders.deleteOne({ state: 'paid' }));
    expect(new Set(await readNow())).toEqual(new Set(['stock', 'payments']));

    await own.operator.publish(names.eventQueue('order-service'), 'no event', { type: 'payment.succeeded' });
    await expect.poll(readNow, { timeout: 30_000, interval: 500 }).toContain('parked');
  });
});

describe('a process that nobody killed', () => {
  it('is noticed when it dies, although the launcher starts it again', async () => {
    expect(own.endedByThemselves()).toEqual([]);
    own.shop.process('auth-service').kill('SIGKILL');
    await expect
      .poll(() => own.endedByThemselves().join('\n'), { timeout: 30_000 })
      .toContain('auth-service was killed by SIGKILL');
  });
});
