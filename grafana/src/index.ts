import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { grafanaAlertRules } from './alerting/grafana-rules.js';
import { readRuleGroups } from './alerting/prometheus-rules.js';
import { containersDashboard } from './dashboards/containers.js';
import { dockerEngineDashboard } from './dashboards/docker-engine.js';
import { followARequestDashboard } from './dashboards/follow-a-request.js';
import { logsDashboard } from './dashboards/logs.js';
import { lokiAndPromtailDashboard } from './dashboards/loki-and-promtail.js';
import { mongodbDashboard } from './dashboards/mongodb.js';
import { nodeRuntimeDashboard } from './dashboards/node-runtime.js';
import { prometheusDashboard } from './dashboards/prometheus.js';
import { rabbitmqDashboard } from './dashboards/rabbitmq.js';
import { servicesDashboard } from './dashboards/services.js';
import { shopDashboard } from './dashboards/shop.js';
import { dashboardsFile } from './provisioning/dashboards.js';
import { dataSourceFile } from './provisioning/data-sources.js';
import { contactPointsFile, policiesFile } from './provisioning/notifications.js';

export { dataSources } from './data-sources.js';
export { dashboardUids } from './uids.js';

/** Every dashboard, in the order in which one would look at them. */
export function dashboards(): Dashboard[] {
  return [
    shopDashboard(),
    servicesDashboard(),
    followARequestDashboard(),
    logsDashboard(),
    rabbitmqDashboard(),
    mongodbDashboard(),
    containersDashboard(),
    dockerEngineDashboard(),
    prometheusDashboard(),
    lokiAndPromtailDashboard(),
    nodeRuntimeDashboard(),
  ];
}

/**
 * What Grafana reads at its start: dashboards, and in grafana/provisioning/ data sources, alerts and whom to tell.
 * @param root the project's root, under which prometheus/rules lies
 * @returns paths relative to that root, and what the files should hold
 */
export function grafanaFiles(root: string): { path: string; content: string }[] {
  const provisioning: Readonly<Record<string, object>> = {
    'datasources/data-sources.yaml': dataSourceFile(),
    'dashboards/dashboards.yaml': dashboardsFile(),
    'alerting/contact-points.yaml': contactPointsFile(),
    'alerting/policies.yaml': policiesFile(),
    'alerting/rules.yaml': grafanaAlertRules(readRuleGroups(join(root, 'prometheus', 'rules'))),
  };
  return [
    ...dashboards().map((dashboard) => ({
      path: `grafana/dashboards/${dashboard.uid}.json`,
      content: `${JSON.stringify(dashboard, null, 2)}\n`,
    })),
    ...Object.entries(provisioning).map(([path, value]) => ({
      path: `grafana/provisioning/${path}`,
      content: `# Made by npm run generate, from grafana/src and prometheus/rules.\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    })),
  ];
}
