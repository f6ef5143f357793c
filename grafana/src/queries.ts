import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder as LokiQuery, LokiQueryDirection } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQuery,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus';
import { type DataSource, dataSources } from './data-sources.js';

/** One question that a panel asks. The panel gives each of its own a letter. */
export interface Query {
  readonly source: DataSource;
  readonly build: (refId: string) => Builder<Dataquery>;
}

/**
 * The least that `$__interval` stands for. Prometheus is told every 15 seconds; over a shorter stretch than a few of
 * those there is no increase to be seen.
 */
const leastInterval = '1m';

/** A line over time. @param legend `{{label}}` stands for a label's value */
export function metric(expression: string, legend: string): Query {
  const source = dataSources.prometheus;
  return {
    source,
    build: (refId) =>
      new PrometheusQuery()
        .refId(refId)
        .datasource(source)
        .expr(expression)
        .interval(leastInterval)
        .legendFormat(legend)
        .range(),
  };
}

/** The sum of expressions, each of which may have no series: adding nothing to a number would be nothing. */
export function sumOf(...expressions: readonly string[]): string {
  return expressions.map((expression) => `(${expression} or vector(0))`).join(' + ');
}

/** The value at the end of the time that is looked at. */
export function metricNow(expression: string, legend: string): Query {
  const source = dataSources.prometheus;
  return {
    source,
    build: (refId) =>
      new PrometheusQuery().refId(refId).datasource(source).expr(expression).legendFormat(legend).instant(),
  };
}

/** As {@link metricNow}, each label a column: for tables. */
export function metricRows(expression: string): Query {
  const source = dataSources.prometheus;
  return {
    source,
    build: (refId) =>
      new PrometheusQuery()
        .refId(refId)
        .datasource(source)
        .expr(expression)
        .format(PromQueryFormat.Table)
        .instant(),
  };
}

/** Log lines, the oldest first where there are more than Grafana shows. */
export function linesFromTheFirst(expression: string): Query {
  return lines(expression, LokiQueryDirection.Forward);
}

/** Log lines, the newest first where there are more than Grafana shows. */
export function linesFromTheLast(expression: string): Query {
  return lines(expression, LokiQueryDirection.Backward);
}

function lines(expression: string, direction: LokiQueryDirection): Query {
  const source = dataSources.loki;
  return {
    source,
    build: (refId) =>
      new LokiQuery()
        .refId(refId)
        .datasource(source)
        .expr(expression)
        .queryType('range')
        .direction(direction)
        .maxLines(1000),
  };
}

/** A number counted in log lines, over time. */
export function logMetric(expression: string, legend: string): Query {
  return countedInLogs(expression, legend, 'range');
}

/** A number counted in log lines, over the whole time that is looked at. */
export function logMetricNow(expression: string, legend: string): Query {
  return countedInLogs(expression, legend, 'instant');
}

function countedInLogs(expression: string, legend: string, queryType: 'range' | 'instant'): Query {
  const source = dataSources.loki;
  return {
    source,
    build: (refId) =>
      new LokiQuery()
        .refId(refId)
        .datasource(source)
        .expr(expression)
        .legendFormat(legend)
        .queryType(queryType),
  };
}
