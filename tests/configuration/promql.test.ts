import {
  extractMetricNames,
  labelNamesOf,
  metricNamesOf,
  PromqlError,
  selectorsOf,
  withoutGrafanaVariables,
} from '@micromall/test-kit/monitoring';
import { describe, expect, it } from 'vitest';

describe('the metrics that a query reads', () => {
  it.each([
    ['up', ['up']],
    [
      'sum by (queue) (rate(rpc_server_requests_total{outcome!="ok"}[5m])) / on (queue) rpc:requests:rate5m > 0.1',
      ['rpc_server_requests_total', 'rpc:requests:rate5m'],
    ],
    [
      'label_replace(up{job="x"}, "rate", "$1", "instance", "(.*)") unless on (job) absent(down_total)',
      ['up', 'down_total'],
    ],
    ['histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m] offset 1d))) or vector(0)', ['a_bucket']],
    ['sum(rate(a_total[5m])) - sum(rate(a_total[1h]))', ['a_total']],
    ['{"quoted_total", queue="x"}', ['quoted_total']],
    ['max_over_time(deriv(a[5m])[1h:5m])', ['a']],
  ])('%s', (query, names) => {
    expect(extractMetricNames(query)).toEqual(names);
  });

  it('comes with the conditions on its labels', () => {
    expect(selectorsOf('sum(http_requests_total{status=~"5..", route!="/a,b"})')).toEqual([
      {
        metric: 'http_requests_total',
        matchers: [
          { label: 'status', operator: '=~', value: '5..' },
          { label: 'route', operator: '!=', value: '/a,b' },
        ],
      },
    ]);
  });

  it.each([
    'sum(rate(a_total[5m])',
    'a_total >',
    'sum(rate(a_total[$__rate_interval]))',
    'a_total{queue=}',
    'rate(a_total[5 apples])',
    '',
  ])('is not told of what does not parse: %s', (query) => {
    expect(() => extractMetricNames(query)).toThrow(PromqlError);
  });

  it('is not guessed where a pattern or nothing names it', () => {
    expect(() => extractMetricNames('{__name__=~"rpc_.*"}')).toThrow('without the name of its metric');
    expect(() => extractMetricNames('sum({queue="x"})')).toThrow('without the name of its metric');
  });

  it("is found in a dashboard's query with variables", () => {
    const query = `sum(rate(a_total{service=~"$service", queue="\${queue:regex}"}[$__rate_interval])) * $__range_s + max_over_time(b[\${__range}])`;
    expect(extractMetricNames(withoutGrafanaVariables(query))).toEqual(['a_total', 'b']);
  });
});

it('the names on a /metrics page include those of families in which nothing has happened yet', () => {
  const page = `# HELP a_total How often.
# TYPE a_total counter
# HELP b_seconds How long.
# TYPE b_seconds histogram
b_seconds_bucket{le="1"} 2
# TYPE c_seconds summary
# TYPE d gauge
d 1
untyped{x="y"} 5 1700000000000
`;
  expect([...metricNamesOf(page)].sort()).toEqual([
    'a_total',
    'b_seconds_bucket',
    'b_seconds_count',
    'b_seconds_sum',
    'c_seconds',
    'c_seconds_count',
    'c_seconds_sum',
    'd',
    'untyped',
  ]);
});

it('the labels on a /metrics page are told by the series that has them', () => {
  const page = 'a_total{queue="x,y=\\"z\\"",outcome="ok"} 1\na_total{event="e"} 2\nb 3\n# TYPE c gauge\n';
  const labels = labelNamesOf(page);
  expect([...(labels.get('a_total') ?? [])]).toEqual(['queue', 'outcome', 'event']);
  expect([...(labels.get('b') ?? [])]).toEqual([]);
  expect(labels.has('c')).toBe(false);
});
