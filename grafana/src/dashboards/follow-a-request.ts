import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { clickedValue, dashboardAddress, toExplore } from '../links.js';
import { bars, stat, story, table } from '../panels.js';
import { linesFromTheFirst, logMetricNow } from '../queries.js';
import { text } from '../variables.js';

/** Every line that carries the id, whichever kind of id it is: all three are structured metadata. */
const ofTheId = '{service=~".+"} | traceId=`$id` or correlationId=`$id` or orderId=`$id`';
const facts =
  'json msg="msg", durationMs="durationMs", outcome="outcome", event="event", to="to", error="err.message"';
const readable =
  'line_format `{{.service}} {{if .queue}}[{{.queue}}] {{end}}{{if .msg}}{{.msg}}{{else}}{{__line__}}{{end}}{{if .event}} · {{.event}}{{end}}{{if .to}} → {{.to}}{{end}}{{if .outcome}} · {{.outcome}}{{end}}{{if .durationMs}} · {{.durationMs}} ms{{end}}{{if .error}} · {{.error}}{{end}}`';
const timed = `${ofTheId} | json durationMs="durationMs" | __error__=\`\` | unwrap durationMs | __error__=\`\``;

const overview = {
  title: 'In short',
  panels: [
    stat({
      title: 'Lines',
      description: 'Log lines that carry the id.',
      unit: 'none',
      ifNothing: '0',
      queries: [logMetricNow(`sum(count_over_time(${ofTheId} [$__range]))`, 'lines')],
    }),
    stat({
      title: 'Services',
      description: 'How many services took part.',
      unit: 'none',
      ifNothing: '0',
      queries: [logMetricNow(`count(sum by (service) (count_over_time(${ofTheId} [$__range])))`, 'services')],
    }),
    stat({
      title: 'Warnings and errors',
      description: 'Lines of level warn, error or fatal that carry the id.',
      unit: 'none',
      ifNothing: '0',
      limits: { bad: 1 },
      queries: [
        logMetricNow(
          `sum(count_over_time({service=~".+", level=~"warn|error|fatal"} | traceId=\`$id\` or correlationId=\`$id\` or orderId=\`$id\` [$__range]))`,
          'warnings and errors',
        ),
      ],
    }),
    bars({
      title: 'How long each step took',
      description:
        'The longest duration that each service logged for the id, by the queue it worked for; without a queue it is the page itself.',
      unit: 'ms',
      width: 12,
      queries: [
        logMetricNow(`max by (service, queue) (max_over_time(${timed} [$__range]))`, '{{service}} {{queue}}'),
      ],
    }),
  ],
};

const lines = {
  title: 'The story',
  panels: [
    story({
      title: 'Every line, in order',
      description: 'Oldest first, from all services. Open a line to see all of its fields.',
      links: [toExplore(ofTheId)],
      queries: [linesFromTheFirst(`${ofTheId} | ${facts} | ${readable}`)],
    }),
    table({
      title: 'The same as a table, with durations',
      description: 'A click on a trace, call or order id follows that one.',
      height: 14,
      queries: [linesFromTheFirst(`${ofTheId} | ${facts}`)],
      before: [
        {
          id: 'extractFields',
          options: { source: 'labels', format: 'json', replace: false, keepTime: true },
        },
        // In the labels everything is text, to which no unit can be given.
        {
          id: 'convertFieldType',
          options: { conversions: [{ targetField: 'durationMs', destinationType: 'number' }] },
        },
        { id: 'sortBy', options: { sort: [{ field: 'Time', desc: false }] } },
      ],
      columns: [
        { field: 'Time', title: 'Time', unit: 'dateTimeAsIso', width: 200 },
        { field: 'service', title: 'Service', width: 150 },
        { field: 'level', title: 'Level', width: 70 },
        { field: 'queue', title: 'Queue', width: 160 },
        { field: 'msg', title: 'What' },
        { field: 'outcome', title: 'Outcome', width: 110 },
        { field: 'durationMs', title: 'Took', unit: 'ms', width: 90 },
        {
          field: 'traceId',
          title: 'Trace',
          links: [
            {
              title: 'Follow this trace',
              address: dashboardAddress('Follow a request', { id: clickedValue }),
            },
          ],
        },
        {
          field: 'orderId',
          title: 'Order',
          links: [
            {
              title: 'Follow this order',
              address: dashboardAddress('Follow a request', { id: clickedValue }),
            },
          ],
        },
      ],
    }),
  ],
};

export function followARequestDashboard(): Dashboard {
  return board({
    title: 'Follow a request',
    purpose:
      '**The whole story of one request**: every log line, from every service, in order. Paste an id above: the trace id from the `X-Request-Id` header or the foot of an error page, the correlation id of a message in the broker, or the id of an order (which shows all traces that touched it).',
    seeAlso: ['Logs', 'Services', 'Shop'],
    variables: [text('id', 'Id', 'A trace id, a correlation id or an order id.', 'paste-an-id-here')],
    span: '24h',
    sections: [overview, lines],
  });
}
