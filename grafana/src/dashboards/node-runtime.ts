import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOfTheService } from '../links.js';
import { graph, stackedGraph, table } from '../panels.js';
import { metric, metricRows } from '../queries.js';
import { labelOf } from '../variables.js';

const service = 'service=~"$service", job="micromall"';
const links = [toLogsOfTheService];

const processes = {
  title: 'Processes',
  panels: [
    graph({
      title: 'Processor',
      description:
        'How much of one processor each process uses. JavaScript runs on one; at 100 % it is busy.',
      unit: 'percentunit',
      links,
      limits: { warn: 0.7, bad: 0.9 },
      queries: [
        metric(`rate(process_cpu_seconds_total{${service}}[$__rate_interval])`, '{{service}} {{instance}}'),
      ],
    }),
    graph({
      title: 'Memory',
      description:
        'Memory that the process holds (resident). It is what a container’s limit is compared with.',
      unit: 'bytes',
      links,
      queries: [metric(`process_resident_memory_bytes{${service}}`, '{{service}} {{instance}}')],
    }),
    graph({
      title: 'Lag of the event loop, 99th percentile',
      description: 'How late timers fire because something else runs. From 100 ms on, pages feel slow.',
      unit: 's',
      links,
      limits: { warn: 0.1, bad: 0.5 },
      queries: [metric(`nodejs_eventloop_lag_p99_seconds{${service}}`, '{{service}} {{instance}}')],
    }),
  ],
};

const heap = {
  title: 'Heap and garbage collection',
  panels: [
    graph({
      title: 'Heap in use',
      description:
        'JavaScript objects that live, and what V8 has set aside for them. A line that only climbs is a leak.',
      unit: 'bytes',
      links,
      queries: [
        metric(`nodejs_heap_size_used_bytes{${service}}`, '{{service}} {{instance}} used'),
        metric(`nodejs_heap_size_total_bytes{${service}}`, '{{service}} {{instance}} reserved'),
      ],
    }),
    graph({
      title: 'Outside the heap',
      description: 'Buffers: messages, pictures, TLS.',
      unit: 'bytes',
      links,
      queries: [metric(`nodejs_external_memory_bytes{${service}}`, '{{service}} {{instance}}')],
    }),
    stackedGraph({
      title: 'Time in garbage collection',
      description:
        'Share of the time that a process stands still to collect garbage, by service and kind of collection.',
      unit: 'percentunit',
      links,
      queries: [
        metric(
          `sum by (service, kind) (rate(nodejs_gc_duration_seconds_sum{${service}}[$__rate_interval]))`,
          '{{service}} {{kind}}',
        ),
      ],
    }),
  ],
};

const handles = {
  title: 'Handles, files, starts',
  panels: [
    graph({
      title: 'Active handles and requests',
      description:
        'Sockets, timers and file operations that Node waits for. A line that only climbs is a leak.',
      unit: 'short',
      links,
      queries: [
        metric(`nodejs_active_handles_total{${service}}`, '{{service}} {{instance}} handles'),
        metric(`nodejs_active_requests_total{${service}}`, '{{service}} {{instance}} requests'),
      ],
    }),
    graph({
      title: 'Open files',
      description: 'Files and sockets that are open.',
      unit: 'short',
      links,
      queries: [metric(`process_open_fds{${service}}`, '{{service}} {{instance}}')],
    }),
    table({
      title: 'Running since',
      description:
        'When each process started, and on which version of Node. One that started by itself lately has crashed: look at its logs.',
      width: 8,
      height: 8,
      queries: [
        metricRows(
          `1000 * process_start_time_seconds{${service}} * on (service, instance) group_left (version) nodejs_version_info{${service}}`,
        ),
      ],
      columns: [
        { field: 'service', title: 'Service', links: [toLogsOfTheService] },
        { field: 'instance', title: 'Process' },
        { field: 'version', title: 'Node' },
        { field: 'Value', title: 'Since', unit: 'dateTimeFromNow' },
      ],
    }),
  ],
};

export function nodeRuntimeDashboard(): Dashboard {
  return board({
    title: 'Node runtime',
    purpose:
      '**What the processes of the services cost and how they feel**: processor, memory, event loop, garbage collection. Look here when everything is slow at once, or when a container runs out of memory.',
    seeAlso: ['Services', 'Containers', 'Logs'],
    variables: [labelOf('up{job="micromall"}', 'service')],
    sections: [processes, heap, handles],
  });
}
