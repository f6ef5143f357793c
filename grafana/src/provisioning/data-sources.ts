import { dataSources } from '../data-sources.js';
import { dashboardUids } from '../uids.js';

/** Ids that stand in the structured metadata of a log line, each of which can be followed. */
const idsToFollow = [
  { name: 'traceId', label: 'Follow this request' },
  { name: 'correlationId', label: 'Follow this call' },
  { name: 'orderId', label: 'Follow this order' },
];

/** Format: https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources */
export function dataSourceFile() {
  return {
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        name: 'Prometheus',
        ...dataSources.prometheus,
        access: 'proxy',
        url: 'http://prometheus:9090',
        isDefault: true,
        // timeInterval is how often Prometheus asks: it makes $__rate_interval long enough to hold two answers.
        jsonData: {
          httpMethod: 'POST',
          timeInterval: '15s',
          manageAlerts: true,
          prometheusType: 'Prometheus',
        },
      },
      {
        name: 'Loki',
        ...dataSources.loki,
        access: 'proxy',
        url: 'http://loki:3100',
        jsonData: {
          maxLines: 1000,
          derivedFields: idsToFollow.map(({ name, label }) => ({
            name,
            matcherType: 'label',
            matcherRegex: name,
            // The dollar is doubled, or Grafana would look for a variable of its environment.
            url: `/d/${dashboardUids['Follow a request']}?var-id=$\${__value.raw}`,
            urlDisplayLabel: label,
          })),
        },
      },
    ],
  };
}
