import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTraces } from '../src/logs/find-traces.js';
import { formatTrace } from '../src/logs/format-trace.js';

const purchase = 'a'.repeat(32);
const refund = 'b'.repeat(32);
const other = 'c'.repeat(32);
const directory = mkdtempSync(join(tmpdir(), 'micromall-logs-'));

function line(service: string, second: number, traceId: string | undefined, msg: string, facts: object = {}) {
  const time = new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
  return `${JSON.stringify({ level: 'info', time, pid: 1, hostname: 'h', service, msg, traceId, ...facts })}\n`;
}

beforeAll(() => {
  writeFileSync(
    join(directory, 'order-service.log'),
    line('order-service', 3, purchase, 'order placed', { orderId: 'order-0001', total: 2400 }) +
      line('order-service', 9, refund, 'refund asked for', { orderId: 'order-0001' }) +
      line('order-service', 5, other, 'order placed', { orderId: 'order-0002' }),
  );
  writeFileSync(
    join(directory, 'frontend-service.log'),
    `${line('frontend-service', 1, purchase, 'a page was asked for')}not JSON, but order-0001\n{"level":3}\n`,
  );
  writeFileSync(
    join(directory, 'payment-service.log.1'),
    line('payment-service', 4, purchase, 'payment arrived', { error: { code: 'none' } }) +
      line('payment-service', 2, undefined, 'a sweep found order-0001'),
  );
  writeFileSync(join(directory, 'notes.txt'), line('notes', 1, purchase, 'no log'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('what is shown of an id', () => {
  it('is every line of its trace in every log, in the order in which they happened', async () => {
    const traces = await findTraces(directory, purchase);
    expect(traces.map(({ traceId }) => traceId)).toEqual([purchase]);
    expect(traces[0]?.lines.map(({ service, msg }) => `${service}: ${msg}`)).toEqual([
      'frontend-service: a page was asked for',
      'order-service: order placed',
      'payment-service: payment arrived',
    ]);
  });

  it('of an order is each trace in which the order occurs, the earliest first, and the lines in no trace', async () => {
    const traces = await findTraces(directory, 'order-0001');
    expect(traces.map(({ traceId, lines }) => [traceId, lines.length])).toEqual([
      [purchase, 3],
      [undefined, 1],
      [refund, 1],
    ]);
  });

  it('is nothing for an id that no line carries, and where there are no logs', async () => {
    expect(await findTraces(directory, 'order-0003')).toEqual([]);
    expect(await findTraces(join(directory, 'nowhere'), purchase)).toEqual([]);
  });

  it('is told with the time that had passed, the service and what else the line says', async () => {
    const [trace] = await findTraces(directory, purchase);
    if (!trace) throw new Error('there is no trace');
    expect(formatTrace(trace)).toBe(
      [
        `Trace ${purchase}: 3 lines, 3 services, 3000 ms, from 2026-01-01T12:00:01.000Z`,
        '     +0 ms  frontend-service  info   a page was asked for',
        '  +2000 ms  order-service     info   order placed orderId=order-0001 total=2400',
        "  +3000 ms  payment-service   info   payment arrived error={ code: 'none' }",
      ].join('\n'),
    );
  });
});
