import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The data sources by the fixed uids under which every dashboard, link and alert names them. */
export const dataSources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  loki: { type: 'loki', uid: 'loki' },
} as const satisfies Readonly<Record<string, DataSourceRef>>;

export type DataSource = (typeof dataSources)[keyof typeof dataSources];
