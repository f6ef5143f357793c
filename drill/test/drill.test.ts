import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrillResult, purchasesOf, runDrill } from '../src/drill.js';
import { processNames } from '../src/plan/incidents.js';
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
const patienceMs = 8 * 60_000;

let own: DrillShop;
let result: DrillResult;
beforeAll(async () => {
  console.log(`The plan of this drill: ${commandOf(options)}`);
  // Nobody waits for a minute in a short drill, so a lost webhook is found out sooner.
  own = await openShop({ SWEEP_MS: '500', FIRST_LOOK_MS: '3000', OUTBOX_RELAY_MS: '500' });
  result = await runDrill(own, options, silentProgress);
}, patienceMs);
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
    expect(result.complaints, plainReport(result)).toEqual([]);
    expect(purchasesOf(result)).toBeGreaterThanOrEqual(60);
    expect(result.books.payments.length).toBeGreaterThanOrEqual(60);
  });

  it('was really killed, part by part, and came back each time', () => {
    const killed = result.happened.flatMap((one) => (one.is === 'kill' ? [one.process] : []));
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
    for (const weather of ['duplicated', 'delayed', 'dropped', 'reordered', 'lost for good'] as const) {
      expect(result.paidInWeather.get(weather) ?? 0, weather).toBeGreaterThan(0);
    }
  });
});
