import { boards, queriesOf } from '@micromall/test-kit/monitoring/boards';
import { extractMetricNames, withoutGrafanaVariables } from '@micromall/test-kit/monitoring/promql';
import { describe, expect, it } from 'vitest';
import { asSent, streamLabelsOf, syntaxErrorOf } from './logql.js';

const queries = boards.flatMap(queriesOf);

describe('every query parses', () => {
  it.each(queries.filter(({ language }) => language === 'prometheus'))('$where', ({ expr }) => {
    expect(extractMetricNames(withoutGrafanaVariables(expr)).length).toBeGreaterThan(0);
  });

  it.each(queries.filter(({ language }) => language === 'loki'))('$where', ({ expr }) => {
    expect(syntaxErrorOf(asSent(expr))).toBeUndefined();
  });
});

it('asks Loki only by the labels that lines have', () => {
  const loki = queries.filter(({ language }) => language === 'loki');
  const labels = new Set(loki.flatMap(({ expr }) => streamLabelsOf(expr)));
  expect([...labels].sort()).toEqual(['level', 'service', 'stream']);
});

it('asks for no increase over less time than Prometheus needs to see one', () => {
  const overInterval = queries.filter(
    ({ expr, language }) => language === 'prometheus' && expr.includes('$__interval'),
  );
  expect(overInterval.length).toBeGreaterThan(5);
  for (const { where, interval } of overInterval) expect(interval, where).toBe('1m');
});

it('adds no number of one service to an expression that may have no series', () => {
  // The broker tells its own alarms together or not at all.
  const sums = queries.filter(({ language, expr }) => {
    return language === 'prometheus' && expr.includes(' + ') && !expr.includes('rabbitmq_alarms');
  });
  expect(sums.length).toBeGreaterThan(1);
  for (const { where, expr } of sums) {
    for (const term of expr.split(' + ')) expect(term, where).toMatch(/ or vector\(0\)\)$/);
  }
});

it('would notice a query that does not parse', () => {
  expect(syntaxErrorOf('{service="x" | json')).toMatch(/^at character/);
  expect(syntaxErrorOf('sum by (service) (count_over_time({service="x"} [5m])')).toMatch(/^at character/);
  expect(() => extractMetricNames('sum by (service (up)')).toThrow('Not PromQL');
});
