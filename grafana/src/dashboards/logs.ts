import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { toExplore, toLogsOfTheService } from '../links.js';
import { bars, columns, news, stat } from '../panels.js';
import { linesFromTheLast, logMetric, logMetricNow } from '../queries.js';
import { labelOfLogs, text } from '../variables.js';

/** `service=~".+"` because Loki wants one condition that does not hold for the empty text. */
const chosen = '{service=~".+", service=~"$service", level=~"$level", stream=~"$stream"}';
const matching = `${chosen} | queue=~\`$queue\` |~ \`$contains\``;

const amounts = {
  title: 'How many',
  panels: [
    columns({
      title: 'Lines by level',
      description: 'A sudden wall of errors, or silence, is where to look. Drag over it to look closer.',
      unit: 'short',
      width: 12,
      queries: [logMetric(`sum by (level) (count_over_time(${matching} [$__auto]))`, '{{level}}')],
    }),
    columns({
      title: 'Warnings and errors by service',
      description: 'Lines of level warn, error or fatal. A click leads to the lines of that service.',
      unit: 'short',
      links: [toLogsOfTheService],
      queries: [
        logMetric(
          'sum by (service) (count_over_time({service=~".+", service=~"$service", level=~"warn|error|fatal"} [$__auto]))',
          '{{service}}',
        ),
      ],
    }),
    stat({
      title: 'Errors',
      description: 'Lines of level error or fatal in the time looked at.',
      unit: 'none',
      height: 8,
      ifNothing: '0',
      limits: { warn: 1, bad: 10 },
      queries: [
        logMetricNow(
          'sum(count_over_time({service=~".+", service=~"$service", level=~"error|fatal"} [$__range]))',
          'errors',
        ),
      ],
    }),
  ],
};

const lines = {
  title: 'Lines',
  panels: [
    news({
      title: 'Newest first',
      description:
        'Open a line to see its fields; "Follow" beside traceId, correlationId and orderId shows the whole story.',
      links: [toExplore(matching)],
      queries: [linesFromTheLast(matching)],
    }),
    bars({
      title: 'Who writes most',
      description: 'Bytes of log lines by service, in the time looked at.',
      unit: 'bytes',
      width: 24,
      links: [toLogsOfTheService],
      queries: [
        logMetricNow(`sum by (service) (bytes_over_time({service=~".+"} [$__range]))`, '{{service}}'),
      ],
    }),
  ],
};

export function logsDashboard(): Dashboard {
  return board({
    title: 'Logs',
    purpose:
      '**What everything writes**: the services of the shop, the broker, the database and the monitoring itself. Choose services, levels or a queue above, or search for words (a regular expression). Open a line and follow its `traceId` to see the whole story of one request.',
    seeAlso: ['Follow a request', 'Services', 'Loki and Promtail'],
    variables: [
      labelOfLogs('service'),
      labelOfLogs('level'),
      labelOfLogs('stream'),
      text('queue', 'Queue', 'Only lines about this queue, such as place-order; .* means any or none.', '.*'),
      text('contains', 'Contains', 'Only lines with this text: a regular expression.', ''),
    ],
    sections: [amounts, lines],
  });
}
