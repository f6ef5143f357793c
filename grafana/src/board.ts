import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { commonTag, headLink, linkToAll } from './links.js';
import { purpose } from './panels.js';
import { type DashboardTitle, dashboardUids } from './uids.js';
import type { Variable } from './variables.js';

export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Board {
  readonly title: DashboardTitle;
  /** What it is for, in a few sentences of Markdown: the first thing on it. */
  readonly purpose: string;
  /** Where to look next. */
  readonly seeAlso: readonly DashboardTitle[];
  readonly variables?: readonly Variable[];
  /** How far back it looks at first: `1h`, `24h`. */
  readonly span?: string;
  readonly sections: readonly [Section, ...Section[]];
}

const gridColumns = 24;

/** A dashboard as Grafana reads it: panels numbered and placed from left to right, and linked with the others. */
export function board({
  title,
  purpose: text,
  seeAlso,
  variables = [],
  span = '1h',
  sections,
}: Board): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(dashboardUids[title])
    .description(text.replaceAll(/[*`]/g, ''))
    .tags([commonTag])
    .editable()
    .timezone('browser')
    .time({ from: `now-${span}`, to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .links([...seeAlso.map(headLink), linkToAll()])
    .variables([...variables]);
  for (const panel of placed(purpose(text), sections)) builder.withPanel({ build: () => panel });
  return builder.build();
}

function placed(head: Panel, sections: readonly Section[]): Panel[] {
  const result: Panel[] = [];
  let [x, y, rowHeight] = [0, 0, 0];

  function nextLine(): void {
    y += rowHeight;
    [x, rowHeight] = [0, 0];
  }

  function place(panel: Panel): void {
    const { w, h } = panel.gridPos ?? { w: gridColumns, h: 1 };
    if (x + w > gridColumns) nextLine();
    result.push({ ...panel, id: result.length + 1, gridPos: { x, y, w, h } });
    x += w;
    rowHeight = Math.max(rowHeight, h);
  }

  place(head);
  for (const { title, panels } of sections) {
    nextLine();
    place(heading(title));
    nextLine();
    for (const panel of panels) place(panel);
  }
  return result;
}

function heading(title: string): Panel {
  const row = { ...new RowBuilder(title).build(), gridPos: { x: 0, y: 0, w: gridColumns, h: 1 } };
  return row;
}
