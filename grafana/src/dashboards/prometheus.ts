import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOf } from '../links.js';
import { graph, stat, table } from '../panels.js';
import { metric, metricNow, metricRows } from '../queries.js';

const links = [toLogsOf('prometheus')];

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Targets down',
      description: 'Processes that Prometheus should reach and does not.',
      unit: 'none',
      limits: { bad: 1 },
      queries: [metricNow('count(up == 0) or vector(0)', 'down')],
    }),
    stat({
      title: 'Alerts that fire',
      description: 'Rules of prometheus/rules whose condition holds. Grafana mails the same rules.',
      unit: 'none',
      limits: { bad: 1 },
      queries: [metricNow('count(ALERTS{alertstate="firing"}) or vector(0)', 'firing')],
    }),
    stat({
      title: 'Rules that fail',
      description: 'Evaluations of rules that ended in an error, in an hour.',
      unit: 'none',
      decimals: 0,
      limits: { bad: 1 },
      queries: [metricNow('sum(increase(prometheus_rule_evaluation_failures_total[1h]))', 'failed')],
    }),
    stat({
      title: 'Series',
      description:
        'Different series of the last hours. It should stay within some ten thousand; a jump is a label with too many values.',
      unit: 'short',
      queries: [metricNow('prometheus_tsdb_head_series', 'series')],
    }),
    stat({
      title: 'On disk',
      description: 'What the stored blocks take.',
      unit: 'bytes',
      queries: [metricNow('prometheus_tsdb_storage_blocks_bytes', 'blocks')],
    }),
    stat({
      title: 'Configuration',
      description: '1 when the last change of the configuration was taken, 0 when it was refused.',
      unit: 'none',
      queries: [metricNow('prometheus_config_last_reload_successful', 'taken')],
    }),
    table({
      title: 'Alerts',
      description: 'Every alert that fires or is about to, with its labels.',
      width: 12,
      queries: [metricRows('ALERTS')],
      columns: [
        { field: 'alertname', title: 'Alert' },
        { field: 'alertstate', title: 'State' },
        { field: 'severity', title: 'Severity' },
        { field: 'service', title: 'Service' },
        { field: 'queue', title: 'Queue' },
      ],
    }),
    table({
      title: 'Targets',
      description: 'Who is asked for metrics, whether it answers (1), and how long the answer takes.',
      width: 12,
      queries: [metricRows('up')],
      columns: [
        { field: 'job', title: 'Job' },
        { field: 'instance', title: 'Address' },
        { field: 'service', title: 'Service' },
        { field: 'Value', title: 'Up' },
      ],
    }),
  ],
};

const work = {
  title: 'Work',
  panels: [
    graph({
      title: 'Time to ask a target',
      description:
        'How long each target takes to answer. More than a second or two is a metrics page that has grown too large.',
      unit: 's',
      links,
      queries: [metric('max by (job, instance) (scrape_duration_seconds)', '{{job}} {{instance}}')],
    }),
    graph({
      title: 'Series by target',
      description: 'How many series each target offers.',
      unit: 'short',
      links,
      queries: [
        metric('max by (job, instance) (scrape_samples_post_metric_relabeling)', '{{job}} {{instance}}'),
      ],
    }),
    graph({
      title: 'Samples',
      description: 'Values stored a second.',
      unit: 'cps',
      links,
      queries: [metric('rate(prometheus_tsdb_head_samples_appended_total[$__rate_interval])', '{{type}}')],
    }),
    graph({
      title: 'Queries, 90th percentile',
      description: 'How long queries take, by their part.',
      unit: 's',
      links,
      queries: [metric('prometheus_engine_query_duration_seconds{quantile="0.9"}', '{{slice}}')],
    }),
    graph({
      title: 'Rules',
      description: 'How long each group of rules took the last time.',
      unit: 's',
      links,
      queries: [metric('prometheus_rule_group_last_duration_seconds', '{{rule_group}}')],
    }),
    graph({
      title: 'Memory',
      description: 'Memory that Prometheus holds.',
      unit: 'bytes',
      links,
      queries: [metric('process_resident_memory_bytes{job="prometheus"}', 'prometheus')],
    }),
  ],
};

export function prometheusDashboard(): Dashboard {
  return board({
    title: 'Prometheus',
    purpose:
      '**Whether the measuring itself can be trusted**: which targets answer, which alerts fire, whether the rules run, and what it costs.',
    seeAlso: ['Services', 'Loki and Promtail', 'Containers'],
    sections: [now, work],
  });
}
