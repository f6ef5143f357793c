import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { clickedValue, dashboardAddress, toLogsOf, toLogsOfTheQueue } from '../links.js';
import { graph, stackedGraph, stat, table } from '../panels.js';
import { metric, metricNow, metricRows } from '../queries.js';
import { labelOf } from '../variables.js';

const queue = 'queue=~"$queue"';
const links = [toLogsOf('rabbitmq')];

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Waiting',
      description: 'Messages in queues that nobody works on yet. In a quiet shop it is 0 or nearly so.',
      unit: 'short',
      queries: [metricNow('sum(rabbitmq_queue_messages_ready)', 'ready')],
    }),
    stat({
      title: 'In hand',
      description: 'Messages that were delivered and not yet acknowledged.',
      unit: 'short',
      queries: [metricNow('sum(rabbitmq_queue_messages_unacked)', 'unacknowledged')],
    }),
    stat({
      title: 'Dead letters',
      description:
        'Messages in the parking queues. The admin page "Dead letters" shows them and sends them back.',
      unit: 'short',
      limits: { bad: 1 },
      queries: [
        metricNow(
          'sum(rabbitmq_detailed_queue_messages_ready{queue=~"parking[.].*"}) or vector(0)',
          'parked',
        ),
      ],
    }),
    stat({
      title: 'Queues without a consumer',
      description:
        'Queues of services from which nobody takes messages: the service is down. Retry, parking and GUI queues never have one.',
      unit: 'short',
      limits: { bad: 1 },
      queries: [
        metricNow(
          'count(rabbitmq_detailed_queue_consumers{queue!~"(retry|parking|reply)[.].*|gui-replies"} == 0) or vector(0)',
          'without a consumer',
        ),
      ],
    }),
    stat({
      title: 'Connections',
      description: 'Two for each process of the shop.',
      unit: 'none',
      queries: [metricNow('sum(rabbitmq_connections)', 'connections')],
    }),
    stat({
      title: 'Alarms',
      description: 'While an alarm for memory or disk stands, the broker takes no messages.',
      unit: 'none',
      limits: { bad: 1 },
      queries: [
        metricNow(
          'max(rabbitmq_alarms_memory_used_watermark) + max(rabbitmq_alarms_free_disk_space_watermark)',
          'alarms',
        ),
      ],
    }),
  ],
};

const queues = {
  title: 'Queues',
  panels: [
    graph({
      title: 'Waiting, by queue',
      description:
        'Messages that nobody works on yet. A line that only climbs belongs to a service that is down or too slow.',
      unit: 'short',
      width: 12,
      links: [toLogsOfTheQueue],
      queries: [metric(`sum by (queue) (rabbitmq_detailed_queue_messages_ready{${queue}}) > 0`, '{{queue}}')],
    }),
    graph({
      title: 'In hand, by queue',
      description: 'Messages that were delivered and not yet acknowledged.',
      unit: 'short',
      width: 12,
      links: [toLogsOfTheQueue],
      queries: [
        metric(`sum by (queue) (rabbitmq_detailed_queue_messages_unacked{${queue}}) > 0`, '{{queue}}'),
      ],
    }),
    table({
      title: 'All queues',
      description: 'Who takes messages from each queue, and how many wait.',
      queries: [
        metricRows(`sum by (queue) (rabbitmq_detailed_queue_messages_ready{${queue}})`),
        metricRows(`sum by (queue) (rabbitmq_detailed_queue_messages_unacked{${queue}})`),
        metricRows(`sum by (queue) (rabbitmq_detailed_queue_consumers{${queue}})`),
      ],
      columns: [
        {
          field: 'queue',
          title: 'Queue',
          links: [
            { title: 'Logs about this queue', address: dashboardAddress('Logs', { queue: clickedValue }) },
          ],
        },
        { field: 'Value #A', title: 'Waiting', unit: 'short' },
        { field: 'Value #B', title: 'In hand', unit: 'short' },
        { field: 'Value #C', title: 'Consumers', unit: 'short' },
      ],
    }),
  ],
};

const flow = {
  title: 'Flow',
  panels: [
    graph({
      title: 'Messages',
      description: 'Messages a second: received from publishers, routed to queues, delivered, acknowledged.',
      unit: 'cps',
      links,
      queries: [
        metric('sum(rate(rabbitmq_global_messages_received_total[$__rate_interval]))', 'received'),
        metric('sum(rate(rabbitmq_global_messages_routed_total[$__rate_interval]))', 'routed'),
        metric('sum(rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))', 'delivered'),
        metric('sum(rate(rabbitmq_global_messages_acknowledged_total[$__rate_interval]))', 'acknowledged'),
      ],
    }),
    graph({
      title: 'Trouble',
      description:
        'Messages a second that were delivered again because a consumer went away, and those for which there was no queue: calls of a service that is not there.',
      unit: 'cps',
      links,
      queries: [
        metric('sum(rate(rabbitmq_global_messages_redelivered_total[$__rate_interval]))', 'delivered again'),
        metric(
          'sum(rate(rabbitmq_global_messages_unroutable_returned_total[$__rate_interval]))',
          'no queue, told',
        ),
        metric(
          'sum(rate(rabbitmq_global_messages_unroutable_dropped_total[$__rate_interval]))',
          'no queue, dropped',
        ),
      ],
    }),
    stackedGraph({
      title: 'Connections opened and closed',
      description: 'A second. Much of it means that processes come and go.',
      unit: 'cps',
      links,
      queries: [
        metric('sum(rate(rabbitmq_connections_opened_total[$__rate_interval]))', 'opened'),
        metric('sum(rate(rabbitmq_connections_closed_total[$__rate_interval]))', 'closed'),
      ],
    }),
  ],
};

const node = {
  title: 'The broker’s process',
  panels: [
    graph({
      title: 'Memory',
      description: 'Memory of the broker, and where the alarm is.',
      unit: 'bytes',
      links,
      queries: [
        metric('sum(rabbitmq_process_resident_memory_bytes)', 'used'),
        metric('sum(rabbitmq_resident_memory_limit_bytes)', 'alarm'),
      ],
    }),
    graph({
      title: 'Free disk',
      description: 'Space left where the queues are kept, and where the alarm is.',
      unit: 'bytes',
      links,
      queries: [
        metric('sum(rabbitmq_disk_space_available_bytes)', 'free'),
        metric('sum(rabbitmq_disk_space_available_limit_bytes)', 'alarm'),
      ],
    }),
    graph({
      title: 'Open files',
      description: 'Files and sockets of the broker, of those that it may open.',
      unit: 'percentunit',
      links,
      limits: { warn: 0.7, bad: 0.9 },
      queries: [metric('sum(rabbitmq_process_open_fds) / sum(rabbitmq_process_max_fds)', 'in use')],
    }),
  ],
};

export function rabbitmqDashboard(): Dashboard {
  return board({
    title: 'RabbitMQ',
    purpose:
      '**Where messages wait**: every queue with its consumers, the flow through the broker, and the broker’s own health. A queue that grows belongs to a service that is down or too slow: click on its line for the logs.',
    seeAlso: ['Services', 'Follow a request', 'Logs', 'Containers'],
    variables: [labelOf('rabbitmq_detailed_queue_consumers', 'queue')],
    sections: [now, queues, flow, node],
  });
}
