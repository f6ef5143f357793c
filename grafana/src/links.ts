import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkType,
  defaultDashboardLink,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type DashboardTitle, dashboardUids } from './uids.js';

/** The tag that all dashboards carry, by which they find each other. */
export const commonTag = 'micromall';

export interface Link {
  readonly title: string;
  readonly address: string;
}

/** What Grafana fills in when somebody clicks: https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/ */
export function filledIn(name: string): string {
  return `\${${name}}`;
}

/** The value of the cell or point that was clicked. */
export const clickedValue = filledIn('__value.raw');

/**
 * The address of a dashboard at the same time range.
 * @param variables what its variables are set to; see {@link filledIn}
 */
export function dashboardAddress(
  title: DashboardTitle,
  variables: Readonly<Record<string, string>> = {},
): string {
  const settings = Object.entries(variables).map(([name, value]) => `&var-${name}=${value}`);
  return `/d/${dashboardUids[title]}?${filledIn('__url_time_range')}${settings.join('')}`;
}

/** From a line, bar or number of a service to the lines that this service logged at the time. */
export const toLogsOfTheService: Link = {
  title: `Logs of ${filledIn('__field.labels.service')}`,
  address: dashboardAddress('Logs', { service: filledIn('__field.labels.service') }),
};

/** From a line of a queue to the lines that any service logged while it worked for that queue. */
export const toLogsOfTheQueue: Link = {
  title: `Logs about ${filledIn('__field.labels.queue')}`,
  address: dashboardAddress('Logs', { queue: filledIn('__field.labels.queue') }),
};

/** As {@link toLogsOfTheService}, where the panel is about one service that the text names. */
export function toLogsOf(service: string): Link {
  return { title: `Logs of ${service}`, address: dashboardAddress('Logs', { service }) };
}

/** To the same query in Grafana's Explore, to be changed there. @param query LogQL; `$variables` are filled in */
export function toExplore(query: string): Link {
  const panes = {
    logs: {
      datasource: 'loki',
      queries: [{ refId: 'A', datasource: { type: 'loki', uid: 'loki' }, expr: query, queryType: 'range' }],
      range: { from: filledIn('__from'), to: filledIn('__to') },
    },
  };
  return {
    title: 'Change this query in Explore',
    address: `/explore?schemaVersion=1&panes=${encoded(panes)}`,
  };
}

/** Encodes all but Grafana's variables, which it would not recognise any more. */
function encoded(value: object): string {
  const variable = /\$\{\w+(?::\w+)?\}|\$\w+/g;
  const text = JSON.stringify(value);
  const variables = text.match(variable) ?? [];
  return text
    .split(variable)
    .map((part, index) => encodeURIComponent(part) + (variables[index] ?? ''))
    .join('');
}

export function linkBuilder({ title, address }: Link): Builder<DashboardLink> {
  return { build: () => ({ ...plainLink(), title, url: address }) };
}

/** At the head of a dashboard: the time range comes along. */
export function headLink(title: DashboardTitle): Builder<DashboardLink> {
  return { build: () => ({ ...plainLink(), title, url: `/d/${dashboardUids[title]}`, keepTime: true }) };
}

/** At the head of every dashboard: the list of all. */
export function linkToAll(): Builder<DashboardLink> {
  return {
    build: () => ({
      ...plainLink(),
      type: DashboardLinkType.Dashboards,
      title: 'All dashboards',
      tags: [commonTag],
      asDropdown: true,
      keepTime: true,
    }),
  };
}

/** A link that Grafana shows where everybody sees it; the library's own default hides it in a menu. */
function plainLink(): DashboardLink {
  const { placement: _, ...link } = defaultDashboardLink();
  return link;
}
