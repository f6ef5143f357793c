/** The dashboards by their titles, with the uid that stands in their address: `/d/<uid>`. */
export const dashboardUids = {
  Shop: 'shop',
  Services: 'services',
  'Follow a request': 'follow-a-request',
  Logs: 'logs',
  RabbitMQ: 'rabbitmq',
  MongoDB: 'mongodb',
  Containers: 'containers',
  'Docker engine': 'docker-engine',
  Prometheus: 'prometheus',
  'Loki and Promtail': 'loki-and-promtail',
  'Node runtime': 'node-runtime',
} as const;

export type DashboardTitle = keyof typeof dashboardUids;
