import { dashboards } from '@micromall/grafana';
import { z } from 'zod';

const linkSchema = z.object({ title: z.string(), url: z.string().optional() });

/** What the tests look at, as it stands in the JSON that Grafana reads. */
const panelSchema = z.object({
  id: z.number().int().positive(),
  type: z.string(),
  title: z.string().default(''),
  description: z.string().optional(),
  datasource: z.object({ type: z.string(), uid: z.string() }).optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z
    .array(
      z.object({
        refId: z.string(),
        expr: z.string(),
        datasource: z.object({ type: z.string(), uid: z.string() }),
        queryType: z.string().optional(),
        interval: z.string().optional(),
      }),
    )
    .default([]),
  links: z.array(linkSchema).default([]),
  options: z.object({ content: z.string().optional() }).optional(),
  fieldConfig: z
    .object({
      defaults: z.object({ unit: z.string().optional(), links: z.array(linkSchema).default([]) }),
      overrides: z.array(z.object({ properties: z.array(z.object({ id: z.string(), value: z.unknown() })) })),
    })
    .optional(),
});

const boardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  links: z.array(z.object({ type: z.string(), title: z.string(), url: z.string().optional() })),
  panels: z.array(panelSchema),
  templating: z.object({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        query: z.union([z.string(), z.record(z.string(), z.unknown())]),
        datasource: z.object({ uid: z.string() }).optional(),
      }),
    ),
  }),
});

export type BoardPanel = z.infer<typeof panelSchema>;
export type Board = z.infer<typeof boardSchema>;

export const boards: Board[] = dashboards().map((board) =>
  boardSchema.parse(JSON.parse(JSON.stringify(board))),
);

export interface AskedQuery {
  readonly where: string;
  readonly language: 'prometheus' | 'loki';
  readonly expr: string;
  /** The least that `$__interval` may stand for, where the panel says so. */
  readonly interval?: string | undefined;
}

/** Every query of a dashboard, also those that fill its variables. */
export function queriesOf(board: Board): AskedQuery[] {
  const ofPanels = board.panels.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr, datasource, interval }) => ({
      where: `${board.title} / ${title} / ${refId}`,
      language: languageOf(datasource.uid),
      expr,
      interval,
    })),
  );
  const ofVariables = board.templating.list.flatMap(({ name, query }) => {
    const [, series] = /^label_values\((.+), \w+\)$/.exec(typeof query === 'string' ? query : '') ?? [];
    return series === undefined
      ? []
      : [{ where: `${board.title} / variable ${name}`, language: 'prometheus' as const, expr: series }];
  });
  return [...ofPanels, ...ofVariables];
}

function languageOf(uid: string): AskedQuery['language'] {
  if (uid === 'prometheus' || uid === 'loki') return uid;
  throw new Error(`There is no data source ${uid}`);
}

/** The links behind the values of a panel, at its head, and in the columns of a table. */
export function linksOf(panel: BoardPanel): { title: string; url: string }[] {
  const ofColumns = (panel.fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'links').flatMap(({ value }) => z.array(linkSchema).parse(value)),
  );
  const all = [...panel.links, ...(panel.fieldConfig?.defaults.links ?? []), ...ofColumns];
  return all.map(({ title, url = '' }) => ({ title, url }));
}
