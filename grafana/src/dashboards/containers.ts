import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOfTheService } from '../links.js';
import { bars, graph, stat, table } from '../panels.js';
import { metric, metricNow, metricRows } from '../queries.js';
import { labelOf } from '../variables.js';

/** Only containers of the compose project have the label; the rest are slices of the machine. */
const service = 'service=~"$service", service!=""';
const links = [toLogsOfTheService];

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Containers',
      description: 'Containers that run.',
      unit: 'none',
      queries: [metricNow(`count(container_last_seen{${service}} > time() - 60)`, 'running')],
    }),
    stat({
      title: 'Killed for memory',
      description:
        'Times that the kernel ended a process in a container because the container’s memory limit was reached, in a day.',
      unit: 'none',
      decimals: 0,
      ifNothing: '0',
      limits: { bad: 1 },
      queries: [metricNow(`sum(increase(container_oom_events_total{${service}}[24h]))`, 'killed')],
    }),
    stat({
      title: 'Memory of all',
      description: 'The memory that all containers together can not give back.',
      unit: 'bytes',
      queries: [metricNow(`sum(container_memory_working_set_bytes{${service}})`, 'memory')],
    }),
    stat({
      title: 'Processors in use',
      description: 'How many processors all containers together keep busy.',
      unit: 'none',
      decimals: 2,
      queries: [metricNow(`sum(rate(container_cpu_usage_seconds_total{${service}}[5m]))`, 'processors')],
    }),
    table({
      title: 'Started last',
      description: 'A container that started by itself lately was restarted: look at its logs.',
      width: 8,
      height: 8,
      queries: [metricRows(`1000 * max by (service, name) (container_start_time_seconds{${service}})`)],
      columns: [
        { field: 'service', title: 'Service', links },
        { field: 'name', title: 'Container' },
        { field: 'Value', title: 'Since', unit: 'dateTimeFromNow' },
      ],
    }),
  ],
};

const resources = {
  title: 'Memory and processor',
  panels: [
    bars({
      title: 'Memory, of the limit',
      description: 'How full each container is. At 100 % the kernel ends it.',
      unit: 'percentunit',
      links,
      limits: { warn: 0.75, bad: 0.9 },
      queries: [
        metricNow(
          `max by (service) (container_memory_working_set_bytes{${service}} / (container_spec_memory_limit_bytes{${service}} > 0))`,
          '{{service}}',
        ),
      ],
    }),
    graph({
      title: 'Memory',
      description: 'Memory that the container can not give back (the working set), by container.',
      unit: 'bytes',
      links,
      queries: [metric(`container_memory_working_set_bytes{${service}}`, '{{name}}')],
    }),
    graph({
      title: 'Processor',
      description: 'How many processors each container keeps busy.',
      unit: 'none',
      links,
      queries: [
        metric(
          `sum by (service, name) (rate(container_cpu_usage_seconds_total{${service}}[$__rate_interval]))`,
          '{{name}}',
        ),
      ],
    }),
    graph({
      title: 'Held back',
      description:
        'Share of its time slices in which a container was stopped because it had used up its processor limit.',
      unit: 'percentunit',
      links,
      queries: [
        metric(
          `sum by (service, name) (rate(container_cpu_cfs_throttled_periods_total{${service}}[$__rate_interval])) / sum by (service, name) (rate(container_cpu_cfs_periods_total{${service}}[$__rate_interval]))`,
          '{{name}}',
        ),
      ],
    }),
  ],
};

const traffic = {
  title: 'Network and disk',
  panels: [
    graph({
      title: 'Received',
      description: 'Bytes a second that came in over the network, by container.',
      unit: 'Bps',
      links,
      queries: [
        metric(
          `sum by (service, name) (rate(container_network_receive_bytes_total{${service}}[$__rate_interval]))`,
          '{{name}}',
        ),
      ],
    }),
    graph({
      title: 'Sent',
      description: 'Bytes a second that went out over the network, by container.',
      unit: 'Bps',
      links,
      queries: [
        metric(
          `sum by (service, name) (rate(container_network_transmit_bytes_total{${service}}[$__rate_interval]))`,
          '{{name}}',
        ),
      ],
    }),
    graph({
      title: 'Written to disk',
      description: 'Bytes a second written, by container.',
      unit: 'Bps',
      links,
      queries: [
        metric(
          `sum by (service, name) (rate(container_fs_writes_bytes_total{${service}}[$__rate_interval]))`,
          '{{name}}',
        ),
      ],
    }),
  ],
};

export function containersDashboard(): Dashboard {
  return board({
    title: 'Containers',
    purpose:
      '**What each container uses** of memory, processor, network and disk, as cAdvisor measures it. Look here when something was restarted, or before giving a container another limit.',
    seeAlso: ['Docker engine', 'Node runtime', 'Logs'],
    variables: [labelOf('container_last_seen{service!=""}', 'service')],
    sections: [now, resources, traffic],
  });
}
