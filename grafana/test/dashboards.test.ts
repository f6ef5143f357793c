import { type Board, type BoardPanel, boards, linksOf } from '@micromall/test-kit/monitoring/boards';
import { describe, expect, it } from 'vitest';
import { dashboardUids } from '../src/index.js';

const knownUids = new Set<string>(Object.values(dashboardUids));

/** Variables that Grafana itself fills in. */
const builtIn = /^__/;

function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{(\w+)(?:[:.][^}]*)?\}|\$(\w+)/g)]
    .map(([, braced, plain]) => braced ?? plain ?? '')
    .filter((name) => !builtIn.test(name));
}

function overlaps({ gridPos: a }: BoardPanel, { gridPos: b }: BoardPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function dashboardIn(url: string): { uid: string; variables: string[] } | undefined {
  const [, uid, query = ''] = /^\/d\/([\w-]+)(?:\?(.*))?$/.exec(url) ?? [];
  if (uid === undefined) return undefined;
  return { uid, variables: [...query.matchAll(/&var-(\w+)=/g)].map(([, name = '']) => name) };
}

function boardOf(uid: string): Board {
  const board = boards.find((each) => each.uid === uid);
  if (!board) throw new Error(`There is no dashboard ${uid}`);
  return board;
}

it('has each dashboard that it promises, once', () => {
  expect(boards.map(({ uid }) => uid).sort()).toEqual([...knownUids].sort());
  expect(boards.map(({ title }) => title).sort()).toEqual(Object.keys(dashboardUids).sort());
});

describe.each(boards)('$title', (board) => {
  const charts = board.panels.filter(({ type }) => type !== 'text' && type !== 'row');

  it('says at its top what it is for', () => {
    const [first] = board.panels;
    expect(first).toMatchObject({ type: 'text', gridPos: { x: 0, y: 0, w: 24 } });
    expect(first?.options?.content?.length).toBeGreaterThan(80);
  });

  it('numbers its panels, and lays none over another or over the edge', () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
    for (const [index, panel] of board.panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
      for (const other of board.panels.slice(index + 1))
        expect(overlaps(panel, other), `${panel.title} and ${other.title}`).toBe(false);
    }
  });

  it('describes each panel, and names the unit of what it measures', () => {
    for (const panel of charts) {
      expect(panel.description?.length, panel.title).toBeGreaterThan(15);
      expect(panel.targets.length, panel.title).toBeGreaterThan(0);
      if (!['logs', 'table'].includes(panel.type))
        expect(panel.fieldConfig?.defaults.unit, panel.title).toMatch(/^[\wµ]+$/);
    }
  });

  it('asks data sources that exist, one in each panel', () => {
    for (const panel of charts)
      for (const { datasource } of panel.targets) {
        expect(['prometheus', 'loki'], panel.title).toContain(datasource.uid);
        expect(datasource, panel.title).toEqual(panel.datasource);
      }
  });

  it('uses each variable that it declares, and none that it does not', () => {
    const declared = board.templating.list.map(({ name }) => name);
    const used = board.panels.flatMap((panel) => [
      ...panel.targets.flatMap(({ expr }) => variablesIn(expr)),
      ...linksOf(panel).flatMap(({ url }) => variablesIn(url)),
    ]);
    expect([...new Set(used)].sort()).toEqual([...declared].sort());
  });

  it('links to dashboards that exist, and sets only variables that they have', () => {
    const urls = [
      ...board.links.filter(({ type }) => type === 'link').map(({ url = '' }) => url),
      ...board.panels.flatMap(linksOf).map(({ url }) => url),
    ];
    for (const url of urls) {
      const target = dashboardIn(url);
      if (!target) expect(url).toMatch(/^\/explore\?schemaVersion=1&panes=%7B/);
      else {
        const variables = boardOf(target.uid).templating.list.map(({ name }) => name);
        expect(variables, url).toEqual(expect.arrayContaining(target.variables));
      }
    }
    expect(board.links.length).toBeGreaterThanOrEqual(3);
  });

  it('leads from each line of a service or a queue to the log lines of the same', () => {
    for (const panel of charts) {
      if (panel.type !== 'timeseries' || panel.datasource?.uid === 'loki') continue;
      if (board.title === 'Docker engine' || !/\b(service|queue)\b/.test(panel.targets[0]?.expr ?? ''))
        continue;
      expect(
        linksOf(panel).map(({ url }) => url),
        panel.title,
      ).toContainEqual(expect.stringMatching(/^\/d\/logs\?\$\{__url_time_range\}&var-(service|queue)=/));
    }
  });

  it('hands a link only labels that its queries keep', () => {
    for (const panel of charts)
      for (const { url } of linksOf(panel))
        for (const [, label = ''] of url.matchAll(/\$\{__field\.labels\.(\w+)\}/g))
          expect(
            panel.targets.some(({ expr }) => keeps(expr, label)),
            `${panel.title}: ${label}`,
          ).toBe(true);
  });
});

/** Whether series that answer the query still carry the label. */
function keeps(expr: string, label: string): boolean {
  const aggregations = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, labels = '']) => labels.split(/,\s*/));
  if (aggregations.length > 0) return aggregations.some((labels) => labels.includes(label));
  return !/\b(sum|max|min|count|avg)\s*\(/.test(expr);
}
