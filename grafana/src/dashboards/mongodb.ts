import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toLogsOf } from '../links.js';
import { graph, news, stackedGraph, stat } from '../panels.js';
import { linesFromTheLast, metric, metricNow } from '../queries.js';
import { labelOf } from '../variables.js';

const database = 'database=~"$database"';
const links = [toLogsOf('mongo')];

const now = {
  title: 'Now',
  panels: [
    stat({
      title: 'Database',
      description: '1 when it answers.',
      unit: 'none',
      queries: [metricNow('min(mongodb_up)', 'up')],
    }),
    stat({
      title: 'Running since',
      description: 'How long the server has been running.',
      unit: 's',
      queries: [metricNow('max(mongodb_ss_uptime)', 'uptime')],
    }),
    stat({
      title: 'Connections',
      description: 'Connections in use. Each process of the shop keeps a pool of them.',
      unit: 'none',
      queries: [metricNow('sum(mongodb_ss_connections{conn_type="current"})', 'connections')],
    }),
    stat({
      title: 'Waiting for a lock',
      description:
        'Operations that wait for others. More than a few for long means that the database is too slow for its work.',
      unit: 'none',
      limits: { warn: 5, bad: 50 },
      queries: [metricNow('sum(mongodb_ss_globalLock_currentQueue{count_type="total"})', 'waiting')],
    }),
    stat({
      title: 'Cache in use',
      description: 'How full the cache of the storage engine is. About 80 % is normal.',
      unit: 'percentunit',
      limits: { warn: 0.9, bad: 0.97 },
      queries: [
        metricNow(
          'sum(mongodb_ss_wt_cache_bytes_currently_in_the_cache) / sum(mongodb_ss_wt_cache_maximum_bytes_configured)',
          'cache',
        ),
      ],
    }),
    stat({
      title: 'Data',
      description: 'Documents of all databases, uncompressed.',
      unit: 'bytes',
      queries: [metricNow('sum(mongodb_dbstats_dataSize)', 'data')],
    }),
  ],
};

const operations = {
  title: 'Operations',
  panels: [
    graph({
      title: 'Rate',
      description: 'Operations a second, by kind.',
      unit: 'ops',
      links,
      queries: [
        metric(
          'sum by (legacy_op_type) (rate(mongodb_ss_opcounters[$__rate_interval]))',
          '{{legacy_op_type}}',
        ),
      ],
    }),
    graph({
      title: 'Duration, on average',
      description: 'How long reads, writes and commands take inside the database.',
      unit: 'µs',
      links,
      queries: [
        metric(
          'sum by (op_type) (rate(mongodb_ss_opLatencies_latency[$__rate_interval])) / (sum by (op_type) (rate(mongodb_ss_opLatencies_ops[$__rate_interval])) > 0)',
          '{{op_type}}',
        ),
      ],
    }),
    graph({
      title: 'Documents',
      description: 'Documents read, inserted, updated and deleted a second.',
      unit: 'ops',
      links,
      queries: [
        metric(
          'sum by (doc_op_type) (rate(mongodb_ss_metrics_document[$__rate_interval]))',
          '{{doc_op_type}}',
        ),
      ],
    }),
    graph({
      title: 'Looked at for each document found',
      description: 'How many documents were read to find one. Far above 1 means that an index is missing.',
      unit: 'short',
      links,
      queries: [
        metric(
          'sum(rate(mongodb_ss_metrics_queryExecutor_scannedObjects[$__rate_interval])) / (sum(rate(mongodb_ss_metrics_document{doc_op_type="returned"}[$__rate_interval])) > 0)',
          'documents',
        ),
      ],
    }),
    graph({
      title: 'Network',
      description: 'Bytes a second to and from the database.',
      unit: 'Bps',
      links,
      queries: [
        metric('sum(rate(mongodb_ss_network_bytesIn[$__rate_interval]))', 'in'),
        metric('sum(rate(mongodb_ss_network_bytesOut[$__rate_interval]))', 'out'),
      ],
    }),
    graph({
      title: 'Memory',
      description: 'Memory of the server and of its cache.',
      unit: 'bytes',
      links,
      queries: [
        metric('sum(mongodb_ss_mem_resident) * 1048576', 'server'),
        metric('sum(mongodb_ss_wt_cache_bytes_currently_in_the_cache)', 'cache'),
      ],
    }),
  ],
};

const databases = {
  title: 'Databases: one for each service',
  panels: [
    stackedGraph({
      title: 'On disk',
      description: 'Space taken by the documents of each database, compressed.',
      unit: 'bytes',
      links,
      queries: [metric(`sum by (database) (mongodb_dbstats_storageSize{${database}})`, '{{database}}')],
    }),
    stackedGraph({
      title: 'Indexes',
      description: 'Space taken by the indexes of each database. They should fit into the cache.',
      unit: 'bytes',
      links,
      queries: [metric(`sum by (database) (mongodb_dbstats_indexSize{${database}})`, '{{database}}')],
    }),
    graph({
      title: 'Documents',
      description: 'How many documents each database holds.',
      unit: 'short',
      links,
      queries: [metric(`sum by (database) (mongodb_dbstats_objects{${database}})`, '{{database}}')],
    }),
    news({
      title: 'Slow queries',
      description: 'Operations that took longer than 100 ms, as the database logs them.',
      height: 10,
      queries: [linesFromTheLast('{service="mongo"} |= `Slow query`')],
    }),
  ],
};

export function mongodbDashboard(): Dashboard {
  return board({
    title: 'MongoDB',
    purpose:
      '**How the database does**: what it is asked, how fast it answers, and how large each service’s database is. Look here when one service is slow and its own processor is idle.',
    seeAlso: ['Services', 'Containers', 'Logs'],
    variables: [labelOf('mongodb_dbstats_objects', 'database')],
    sections: [now, operations, databases],
  });
}
