import { toLogsOfTheQueue, toLogsOfTheService } from '../links.js';
import { bars, graph } from '../panels.js';
import { metric, metricNow } from '../queries.js';

/** Of the services that were chosen. */
export const service = 'service=~"$service"';
/** Of the services and queues that were chosen. */
export const inQueue = 'service=~"$service", queue=~"$queue"';
/** Outcomes of a request that are nobody's wish: the service failed, or could not even settle the message. */
export const faults = 'outcome=~"failed|unsettled|expired"';
/** Outcomes of a call that say nothing about the wish, only that no proper answer came. */
const callFaults =
  'outcome=~"timeout|unroutable|busy|circuit-open|disconnected|malformed-reply|malformed-request|forbidden|failed"';

/** Under this value lies that share of what a histogram has counted. */
export function quantile(share: number, histogram: string, matchers: string, by: string): string {
  return `histogram_quantile(${share}, sum by (le, ${by}) (rate(${histogram}_bucket{${matchers}}[$__rate_interval])))`;
}

export const served = {
  title: 'Requests from queues, as their owner sees them',
  panels: [
    graph({
      title: 'Rate',
      description: 'Requests handled a second, by queue.',
      unit: 'reqps',
      links: [toLogsOfTheQueue],
      queries: [
        metric(`sum by (queue) (rate(rpc_server_requests_total{${inQueue}}[$__rate_interval]))`, '{{queue}}'),
      ],
    }),
    graph({
      title: 'Outcomes other than ok',
      description:
        'Requests a second that did not end in ok, by queue and outcome. Most are proper answers, such as out-of-stock; failed, expired and unsettled are faults.',
      unit: 'reqps',
      links: [toLogsOfTheQueue],
      queries: [
        metric(
          `sum by (queue, outcome) (rate(rpc_server_requests_total{${inQueue}, outcome!="ok"}[$__rate_interval])) > 0`,
          '{{queue}}: {{outcome}}',
        ),
      ],
    }),
    graph({
      title: 'Duration, 95th percentile',
      description: 'Nineteen of twenty requests were handled faster than this, by queue.',
      unit: 's',
      links: [toLogsOfTheQueue],
      queries: [metric(quantile(0.95, 'rpc_server_request_duration_seconds', inQueue, 'queue'), '{{queue}}')],
    }),
    graph({
      title: 'Share of faults',
      description: 'The share of requests that failed inside their service, by service.',
      unit: 'percentunit',
      links: [toLogsOfTheService],
      limits: { warn: 0.01, bad: 0.05 },
      queries: [
        metric(
          `sum by (service) (rate(rpc_server_requests_total{${inQueue}, ${faults}}[$__rate_interval])) / sum by (service) (rate(rpc_server_requests_total{${inQueue}}[$__rate_interval]))`,
          '{{service}}',
        ),
      ],
    }),
    graph({
      title: 'In hand',
      description:
        'Requests that are being worked on, by service, under the most that one process takes of a queue at once.',
      unit: 'short',
      links: [toLogsOfTheService],
      queries: [
        metric(`sum by (service) (rpc_server_requests_in_flight{${service}})`, '{{service}}'),
        metric(`max(consumer_prefetch_limit{${service}, consumer="requests"})`, 'limit of a queue'),
      ],
    }),
    bars({
      title: 'Time by queue',
      description: 'Where the time of the services goes: seconds of handling, over the time looked at.',
      unit: 's',
      links: [toLogsOfTheQueue],
      queries: [
        metricNow(
          `topk(12, sum by (queue) (increase(rpc_server_request_duration_seconds_sum{${inQueue}}[$__range])))`,
          '{{queue}}',
        ),
      ],
    }),
  ],
};

export const called = {
  title: 'Calls, as the caller sees them',
  panels: [
    graph({
      title: 'Calls that got no answer',
      description: 'Calls a second that ended in a fault instead of an answer, by caller, queue and fault.',
      unit: 'reqps',
      links: [toLogsOfTheService],
      queries: [
        metric(
          `sum by (service, queue, outcome) (rate(rpc_client_calls_total{${inQueue}, ${callFaults}}[$__rate_interval])) > 0`,
          '{{service}} → {{queue}}: {{outcome}}',
        ),
      ],
    }),
    graph({
      title: 'Duration, 95th percentile',
      description: 'From the question to the answer, with the way through the broker, by caller and queue.',
      unit: 's',
      links: [toLogsOfTheQueue],
      queries: [
        metric(
          quantile(0.95, 'rpc_client_call_duration_seconds', inQueue, 'service, queue'),
          '{{service}} → {{queue}}',
        ),
      ],
    }),
    graph({
      title: 'Waiting for an answer',
      description:
        'Calls on their way, by caller; and open circuits: queues whose calls fail at once because nobody has answered there lately.',
      unit: 'short',
      links: [toLogsOfTheService],
      queries: [
        metric(`sum by (service) (rpc_client_calls_in_flight{${service}})`, '{{service}}'),
        metric(
          `max by (service, queue) (rpc_client_circuit_open{${inQueue}}) > 0`,
          '{{service}} → {{queue}}: circuit open',
        ),
      ],
    }),
  ],
};
