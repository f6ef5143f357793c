import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { dashboardAddress, type Link } from '../links.js';
import { graph, news, stackedGraph, stat, table } from '../panels.js';
import { linesFromTheLast, metric, metricNow, metricRows } from '../queries.js';

const toDaemonLog: Link = {
  title: 'The daemon’s log',
  address: dashboardAddress('Logs', { service: 'docker' }),
};
const links = [toDaemonLog];

const state = {
  title: 'Now',
  panels: [
    stat({
      title: 'Engine',
      description:
        'Whether Docker’s own metrics can be read. They are optional: docs/containers.md says how to switch them on.',
      unit: 'none',
      ifNothing: 'not switched on',
      queries: [metricNow('up{job="docker"}', 'engine')],
    }),
    stat({
      title: 'Running containers',
      description: 'As the engine counts them, whoever started them.',
      unit: 'none',
      ifNothing: '–',
      queries: [metricNow('engine_daemon_container_states_containers{state="running"}', 'running')],
    }),
    stat({
      title: 'Failed health checks in an hour',
      description: 'Health checks of containers that said no.',
      unit: 'none',
      decimals: 0,
      ifNothing: '–',
      limits: { bad: 1 },
      queries: [metricNow('increase(engine_daemon_health_checks_failed_total[1h])', 'failed')],
    }),
    table({
      title: 'Version',
      description: 'What the engine is and where it runs.',
      width: 12,
      height: 4,
      queries: [metricRows('engine_daemon_engine_info')],
      columns: [
        { field: 'version', title: 'Version' },
        { field: 'os', title: 'System' },
        { field: 'kernel', title: 'Kernel' },
        { field: 'graphdriver', title: 'Storage' },
      ],
    }),
  ],
};

const work = {
  title: 'Work of the engine',
  panels: [
    stackedGraph({
      title: 'Containers by state',
      description: 'Running, paused and stopped containers.',
      unit: 'short',
      links,
      queries: [metric('sum by (state) (engine_daemon_container_states_containers)', '{{state}}')],
    }),
    graph({
      title: 'Actions',
      description: 'Starts, stops, deletions and the like, a second.',
      unit: 'ops',
      links,
      queries: [
        metric(
          'sum by (action) (rate(engine_daemon_container_actions_seconds_count[$__rate_interval])) > 0',
          '{{action}}',
        ),
      ],
    }),
    graph({
      title: 'Duration of actions',
      description: 'How long an action takes on average. A slow start or stop is often a slow disk.',
      unit: 's',
      links,
      queries: [
        metric(
          'sum by (action) (rate(engine_daemon_container_actions_seconds_sum[$__rate_interval])) / (sum by (action) (rate(engine_daemon_container_actions_seconds_count[$__rate_interval])) > 0)',
          '{{action}}',
        ),
      ],
    }),
    graph({
      title: 'Health checks',
      description: 'Health checks a second, and those that failed.',
      unit: 'ops',
      links,
      queries: [
        metric('rate(engine_daemon_health_checks_total[$__rate_interval])', 'all'),
        metric('rate(engine_daemon_health_checks_failed_total[$__rate_interval])', 'failed'),
      ],
    }),
    graph({
      title: 'Memory of the engine',
      description: 'Memory that the daemon itself holds.',
      unit: 'bytes',
      links,
      queries: [metric('process_resident_memory_bytes{job="docker"}', 'dockerd')],
    }),
    graph({
      title: 'Open files of the engine',
      description: 'Files and sockets of the daemon. A line that only climbs is a leak.',
      unit: 'short',
      links,
      queries: [metric('process_open_fds{job="docker"}', 'dockerd')],
    }),
  ],
};

const log = {
  title: 'The daemon’s log',
  panels: [
    news({
      title: 'Newest first',
      description: 'What the Docker daemon wrote, where the host offers it: docs/observability.md says how.',
      height: 10,
      queries: [linesFromTheLast('{service="docker"}')],
    }),
  ],
};

export function dockerEngineDashboard(): Dashboard {
  return board({
    title: 'Docker engine',
    purpose:
      '**How Docker itself does**: containers by state, how long it takes to start and stop one, failed health checks, and the daemon’s own log. Both sources are optional; without them the panels say so, and nothing else suffers.',
    seeAlso: ['Containers', 'Logs'],
    sections: [state, work, log],
  });
}
