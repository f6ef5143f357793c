import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOf } from '../links.js';
import { graph, stat } from '../panels.js';
import { metric, metricNow } from '../queries.js';

const toLoki = [toLogsOf('loki')];
const toPromtail = [toLogsOf('promtail')];

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Lines in an hour',
      description: 'Log lines that Loki took.',
      unit: 'short',
      width: 6,
      queries: [metricNow('sum(increase(loki_distributor_lines_received_total[1h]))', 'lines')],
    }),
    stat({
      title: 'Refused lines in an hour',
      description: 'Lines that Loki did not take, for being too old, too long or too many.',
      unit: 'short',
      decimals: 0,
      width: 6,
      ifNothing: '0',
      limits: { bad: 1 },
      queries: [metricNow('sum(increase(loki_discarded_samples_total[1h]))', 'refused')],
    }),
    stat({
      title: 'Lost lines in an hour',
      description: 'Lines that Promtail gave up sending.',
      unit: 'short',
      decimals: 0,
      width: 6,
      ifNothing: '0',
      limits: { bad: 1 },
      queries: [metricNow('sum(increase(promtail_dropped_entries_total[1h]))', 'lost')],
    }),
    stat({
      title: 'Streams',
      description:
        'Sets of labels that are being written. A few dozen; a jump is a label with too many values.',
      unit: 'short',
      width: 6,
      queries: [metricNow('sum(loki_ingester_memory_streams)', 'streams')],
    }),
  ],
};

const promtail = {
  title: 'Promtail: from the containers to Loki',
  panels: [
    graph({
      title: 'Lines sent',
      description:
        'Lines a second. It follows what the shop does; zero while the shop works means that no log arrives any more.',
      unit: 'cps',
      links: toPromtail,
      queries: [metric('sum(rate(promtail_sent_entries_total[$__rate_interval]))', 'sent')],
    }),
    graph({
      title: 'Time to send',
      description: 'How long Loki takes to accept a batch, 95th percentile, by its answer.',
      unit: 's',
      links: toPromtail,
      queries: [
        metric(
          'histogram_quantile(0.95, sum by (le, status_code) (rate(promtail_request_duration_seconds_bucket[$__rate_interval])))',
          '{{status_code}}',
        ),
      ],
    }),
    graph({
      title: 'Containers that are read',
      description: 'Targets whose logs are followed.',
      unit: 'short',
      links: toPromtail,
      queries: [metric('sum(promtail_targets_active_total)', 'targets')],
    }),
  ],
};

const loki = {
  title: 'Loki: storing and searching',
  panels: [
    graph({
      title: 'Received',
      description: 'Bytes of log lines a second.',
      unit: 'Bps',
      links: toLoki,
      queries: [metric('sum(rate(loki_distributor_bytes_received_total[$__rate_interval]))', 'received')],
    }),
    graph({
      title: 'Duration of requests, 95th percentile',
      description: 'By route: pushing lines, and the queries of dashboards.',
      unit: 's',
      links: toLoki,
      queries: [
        metric(
          'histogram_quantile(0.95, sum by (le, route) (rate(loki_request_duration_seconds_bucket[$__rate_interval])))',
          '{{route}}',
        ),
      ],
    }),
    graph({
      title: 'Failed requests',
      description: 'Answers with a status of 500 or more a second, by route.',
      unit: 'reqps',
      links: toLoki,
      limits: { bad: 0.1 },
      queries: [
        metric(
          'sum by (route, status_code) (rate(loki_request_duration_seconds_count{status_code=~"5.."}[$__rate_interval]))',
          '{{route}} {{status_code}}',
        ),
      ],
    }),
    graph({
      title: 'Chunks in memory',
      description: 'Pieces of log that are not on disk yet.',
      unit: 'short',
      links: toLoki,
      queries: [metric('sum(loki_ingester_memory_chunks)', 'chunks')],
    }),
    graph({
      title: 'Memory',
      description: 'Memory that Loki, Promtail and, if it runs, Alloy hold.',
      unit: 'bytes',
      links: toLoki,
      queries: [metric('process_resident_memory_bytes{job=~"loki|promtail|alloy"}', '{{job}}')],
    }),
  ],
};

export function lokiAndPromtailDashboard(): Dashboard {
  return board({
    title: 'Loki and Promtail',
    purpose:
      '**Whether every log line arrives**: how many are read, sent, refused and lost, and how fast Loki answers. With the `alloy` profile Alloy takes Promtail’s place, and Promtail’s panels stay empty.',
    seeAlso: ['Logs', 'Prometheus', 'Containers'],
    sections: [now, promtail, loki],
  });
}
