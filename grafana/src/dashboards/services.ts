import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { clickedValue, dashboardAddress, toLogsOfTheService } from '../links.js';
import { graph, stackedGraph, stat, table } from '../panels.js';
import { metric, metricNow, metricRows, sumOf } from '../queries.js';
import { labelOf } from '../variables.js';
import { called, faults, inQueue, quantile, served, service } from './services-queues.js';

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Processes up',
      description: 'Processes of the shop that answer Prometheus, and how many there should be.',
      unit: 'none',
      width: 6,
      queries: [
        metricNow(`sum(up{job="micromall", ${service}})`, 'up'),
        metricNow(`count(up{job="micromall", ${service}})`, 'known'),
      ],
    }),
    stat({
      title: 'Faults in 5 minutes',
      description:
        'Requests from queues that failed inside a service, plus pages answered with a status of 500 or more.',
      unit: 'none',
      decimals: 0,
      ifNothing: '0',
      limits: { warn: 1, bad: 10 },
      queries: [
        metricNow(
          sumOf(
            `sum(increase(rpc_server_requests_total{${inQueue}, ${faults}}[5m]))`,
            `sum(increase(http_requests_total{${service}, status=~"5.."}[5m]))`,
          ),
          'faults',
        ),
      ],
    }),
    stat({
      title: 'Slowest queue',
      description:
        'The highest 95th percentile of the time that handling a request took, over the last 5 minutes.',
      unit: 's',
      ifNothing: 'no requests',
      limits: { warn: 0.5, bad: 2 },
      queries: [
        metricNow(
          `max(histogram_quantile(0.95, sum by (le, queue) (rate(rpc_server_request_duration_seconds_bucket{${inQueue}}[5m]))) >= 0)`,
          'p95',
        ),
      ],
    }),
    stat({
      title: 'Dead letters in an hour',
      description:
        'Messages put aside because nobody could handle them. The admin page "Dead letters" shows them.',
      unit: 'none',
      decimals: 0,
      ifNothing: '0',
      limits: { bad: 1 },
      queries: [metricNow(`sum(increase(messages_parked_total{${service}}[1h]))`, 'parked')],
    }),
    stat({
      title: 'Lost connections',
      description: 'Connections of services to the broker and to their database that are down now.',
      unit: 'none',
      limits: { bad: 1 },
      queries: [
        metricNow(
          sumOf(`sum(1 - broker_connected{${service}})`, `sum(1 - database_connected{${service}})`),
          'down',
        ),
      ],
    }),
  ],
};

const pages = {
  title: 'HTTP: the site, and Stripe’s webhook',
  panels: [
    graph({
      title: 'Rate',
      description: 'Requests a second, by service and route.',
      unit: 'reqps',
      links: [toLogsOfTheService],
      queries: [
        metric(
          `sum by (service, route) (rate(http_requests_total{${service}}[$__rate_interval]))`,
          '{{service}} {{route}}',
        ),
      ],
    }),
    graph({
      title: 'Errors',
      description: 'The share of requests that were answered with a status of 500 or more, by service.',
      unit: 'percentunit',
      links: [toLogsOfTheService],
      limits: { warn: 0.01, bad: 0.05 },
      queries: [
        metric(
          `sum by (service) (rate(http_requests_total{${service}, status=~"5.."}[$__rate_interval])) / sum by (service) (rate(http_requests_total{${service}}[$__rate_interval]))`,
          '{{service}}',
        ),
      ],
    }),
    graph({
      title: 'Duration, 95th percentile',
      description: 'Nineteen of twenty requests were answered faster than this, by route.',
      unit: 's',
      links: [toLogsOfTheService],
      queries: [
        metric(
          quantile(0.95, 'http_request_duration_seconds', service, 'service, route'),
          '{{service}} {{route}}',
        ),
      ],
    }),
  ],
};

const events = {
  title: 'Events',
  panels: [
    graph({
      title: 'Published',
      description:
        'Events handed to the broker a second, by kind. "failed" ones are sent again from the outbox.',
      unit: 'eps',
      links: [toLogsOfTheService],
      queries: [
        metric(
          `sum by (service, event, outcome) (rate(events_published_total{${service}}[$__rate_interval]))`,
          '{{service}} {{event}} {{outcome}}',
        ),
      ],
    }),
    stackedGraph({
      title: 'Retried and parked',
      description:
        'Events a second whose handling failed: they come again later, or after the last try become dead letters.',
      unit: 'eps',
      links: [toLogsOfTheService],
      queries: [
        metric(
          `sum by (service, event, outcome) (rate(events_consumed_total{${service}, outcome!="handled"}[$__rate_interval])) > 0`,
          '{{service}} {{event}}: {{outcome}}',
        ),
      ],
    }),
    graph({
      title: 'Duration, 95th percentile',
      description: 'How long handling an event took, by service and kind.',
      unit: 's',
      links: [toLogsOfTheService],
      queries: [
        metric(
          quantile(0.95, 'event_handling_duration_seconds', service, 'service, event'),
          '{{service}} {{event}}',
        ),
      ],
    }),
    table({
      title: 'Dead letters since the processes started',
      description:
        'By the queue they came from and the reason. docs/operations.md says what to do about them.',
      queries: [metricRows(`sum by (service, queue, reason) (messages_parked_total{${service}}) > 0`)],
      height: 6,
      columns: [
        { field: 'service', title: 'Service' },
        {
          field: 'queue',
          title: 'Queue',
          links: [
            {
              title: 'Logs about this queue',
              address: dashboardAddress('Logs', { queue: clickedValue }),
            },
          ],
        },
        { field: 'reason', title: 'Reason' },
        { field: 'Value', title: 'Messages', unit: 'none' },
      ],
    }),
  ],
};

export function servicesDashboard(): Dashboard {
  return board({
    title: 'Services',
    purpose:
      '**How the services do**, by the three numbers that tell most: rate, errors and duration, for pages, for each queue and for each kind of event. Choose a service or a queue above. A click on a line leads to the log lines behind it.',
    seeAlso: ['Follow a request', 'Logs', 'RabbitMQ', 'Node runtime'],
    variables: [labelOf('up{job="micromall"}', 'service'), labelOf('rpc_server_requests_total', 'queue')],
    sections: [now, pages, served, called, events],
  });
}
