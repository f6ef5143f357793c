import { describe, expect, it } from 'vitest';
import { Counter, createMetrics, startAtZero } from '../src/index.js';
import { startCountersAtZero } from '../src/initial-series.js';

type Labels = Partial<Record<string, string | number>>;

async function seriesOf(counter: { get(): Promise<{ values: { labels: Labels; value: number }[] }> }) {
  const { values } = await counter.get();
  return values.map(({ labels, value }) => `${Object.values(labels).join(' ')} = ${value}`);
}

function freshService(service: 'payment-service' | 'frontend-service') {
  const metrics = createMetrics(service);
  startCountersAtZero(service, metrics);
  return metrics;
}

describe('a counter that starts at zero', () => {
  const labelled = () =>
    new Counter({ name: 'tries_total', help: 'Tries', labelNames: ['what', 'outcome'], registers: [] });

  it('has a series for each combination of its labels’ values', async () => {
    const counter = labelled();
    startAtZero(counter, { what: ['a', 'b'], outcome: ['ok', 'failed'] });
    expect(await seriesOf(counter)).toEqual(['a ok = 0', 'a failed = 0', 'b ok = 0', 'b failed = 0']);
  });

  it('keeps what was counted before', async () => {
    const counter = labelled();
    counter.inc({ what: 'a', outcome: 'ok' }, 3);
    startAtZero(counter, { what: ['a'], outcome: ['ok'] });
    expect(await seriesOf(counter)).toEqual(['a ok = 3']);
  });

  it('has none where a label has no value', async () => {
    const counter = labelled();
    startAtZero(counter, { what: [], outcome: ['ok'] });
    expect(await seriesOf(counter)).toEqual([]);
  });
});

describe('the series of a fresh service', () => {
  it('are those of the queues that it calls and serves, with the faults that alarms select', async () => {
    const { rpcCalls, rpcServed } = freshService('payment-service');
    expect(await seriesOf(rpcCalls)).toEqual([
      'get-identity-keys ok = 0',
      'get-identity-keys timeout = 0',
      'get-identity-keys unroutable = 0',
      'get-identity-keys busy = 0',
      'get-identity-keys circuit-open = 0',
      'get-identity-keys disconnected = 0',
      'get-identity-keys malformed-reply = 0',
      'get-identity-keys malformed-request = 0',
      'get-identity-keys forbidden = 0',
      'get-identity-keys failed = 0',
    ]);
    expect((await seriesOf(rpcServed)).filter((series) => series.startsWith('open-checkout'))).toEqual([
      'open-checkout ok = 0',
      'open-checkout malformed-request = 0',
      'open-checkout forbidden = 0',
      'open-checkout failed = 0',
      'open-checkout expired = 0',
      'open-checkout unsettled = 0',
    ]);
  });

  it('are those of the events that it publishes and consumes', async () => {
    const { eventsPublished, eventsConsumed } = freshService('payment-service');
    expect(await seriesOf(eventsPublished)).toEqual(
      expect.arrayContaining(['payment.succeeded confirmed = 0', 'payment.succeeded failed = 0']),
    );
    const consumed = await seriesOf(eventsConsumed);
    expect(consumed.filter((series) => series.startsWith('order.refund-requested'))).toEqual([
      'order.refund-requested handled = 0',
      'order.refund-requested retried = 0',
      'order.refund-requested parked = 0',
    ]);
    expect(consumed.filter((series) => series.startsWith('payment.'))).toEqual([]);
  });

  it('are those of each queue on which something may be parked', async () => {
    const { messagesParked, deadLettersSettled } = freshService('payment-service');
    const parked = await seriesOf(messagesParked);
    expect(parked.filter((series) => /^(payment-service.events|check-payment) /.test(series))).toEqual([
      'check-payment malformed = 0',
      'check-payment failed = 0',
      'check-payment maybe-done = 0',
      'check-payment unexpected = 0',
      'payment-service.events malformed = 0',
      'payment-service.events exhausted = 0',
      'payment-service.events unexpected = 0',
    ]);
    expect(await seriesOf(deadLettersSettled)).toContain('payment-service.events discarded = 0');
  });

  it('are none for a service that serves and consumes nothing, and few enough for one that calls everybody', async () => {
    const metrics = freshService('frontend-service');
    for (const none of [
      metrics.rpcServed,
      metrics.eventsConsumed,
      metrics.messagesParked,
      metrics.deadLettersSettled,
    ])
      expect(await seriesOf(none)).toEqual([]);
    expect((await seriesOf(metrics.rpcCalls)).length).toBeLessThan(500);
  });
});
