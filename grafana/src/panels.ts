import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  type DataTransformerConfig,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanel } from '@grafana/grafana-foundation-sdk/logs';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextPanel } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Link, linkBuilder } from './links.js';
import type { Query } from './queries.js';

/** What every panel says of itself. */
export interface About {
  readonly title: string;
  /** What it shows and what to think of it, for the reader who points at its "i". */
  readonly description: string;
  readonly queries: readonly [Query, ...Query[]];
  /** In columns; a dashboard has 24. */
  readonly width?: number;
  /** In rows of about 38 pixels. */
  readonly height?: number;
  /** Where a click on a value leads. */
  readonly links?: readonly Link[];
}

export interface Measured extends About {
  /** As Grafana names it: `s`, `ms`, `bytes`, `reqps`, `percentunit` (of 1), `short`, `none`. */
  readonly unit: string;
  readonly decimals?: number;
  /** What a missing value means; Grafana says "No data" otherwise. */
  readonly ifNothing?: string;
  /** From these values on it is worth a look, or bad. */
  readonly limits?: { readonly warn?: number; readonly bad?: number };
}

/** The part of the library's panel builders that is used for every kind of panel. */
interface AnyPanel {
  title(title: string): this;
  description(description: string): this;
  datasource(source: Query['source']): this;
  gridPos(position: { x: number; y: number; w: number; h: number }): this;
  targets(targets: Builder<Dataquery>[]): this;
}

interface MeasuringPanel extends AnyPanel {
  unit(unit: string): this;
  min(min: number): this;
  decimals(decimals: number): this;
  noValue(text: string): this;
  dataLinks(links: Builder<DashboardLink>[]): this;
  thresholds(thresholds: Builder<{ mode: ThresholdsMode; steps: Threshold[] }>): this;
}

function describe<Kind extends AnyPanel>(panel: Kind, about: About, width: number, height: number): Kind {
  return panel
    .title(about.title)
    .description(about.description)
    .datasource(about.queries[0].source)
    .gridPos({ x: 0, y: 0, w: about.width ?? width, h: about.height ?? height })
    .targets(about.queries.map((query, index) => query.build(String.fromCharCode(65 + index))));
}

function measure<Kind extends MeasuringPanel>(panel: Kind, about: Measured): Kind {
  panel.unit(about.unit).dataLinks((about.links ?? []).map(linkBuilder));
  if (about.decimals !== undefined) panel.decimals(about.decimals);
  if (about.ifNothing !== undefined) panel.noValue(about.ifNothing);
  return panel.thresholds(
    new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(about.limits)),
  );
}

function stepsOf(limits: Measured['limits']): Threshold[] {
  const good = { value: null, color: 'green' };
  if (!limits) return [good];
  const warn = limits.warn === undefined ? [] : [{ value: limits.warn, color: 'orange' }];
  const bad = limits.bad === undefined ? [] : [{ value: limits.bad, color: 'red' }];
  return [good, ...warn, ...bad];
}

/** Lines over time. */
export function graph(about: Measured): Panel {
  return timeSeries(about).lineWidth(1).fillOpacity(8).build();
}

/** Amounts over time that add up to a whole. */
export function stackedGraph(about: Measured): Panel {
  return timeSeries(about)
    .lineWidth(1)
    .fillOpacity(40)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .build();
}

/** How much fell into each stretch of time. */
export function columns(about: Measured): Panel {
  return timeSeries(about)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .build();
}

function timeSeries(about: Measured): TimeSeriesPanel {
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
  const tooltip = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending);
  return measure(describe(new TimeSeriesPanel(), about, 8, 8), about)
    .min(0)
    .showPoints(VisibilityMode.Never)
    .legend(legend)
    .tooltip(tooltip);
}

/** One number, large. */
export function stat(about: Measured): Panel {
  return measure(describe(new StatPanel(), about, 4, 4), about)
    .graphMode(BigValueGraphMode.None)
    .colorMode(about.limits ? BigValueColorMode.Background : BigValueColorMode.Value)
    .reduceOptions(lastValue())
    .build();
}

/** One bar a value, to compare them. */
export function bars(about: Measured): Panel {
  return measure(describe(new BarGaugePanel(), about, 8, 8), about)
    .min(0)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(lastValue())
    .build();
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
}

/** A column of a table: the field that the query gives, and what it is called here. */
export interface Column {
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly links?: readonly Link[];
  /** In pixels. */
  readonly width?: number;
}

/** Rows of values. What is not among the columns is left out. */
export function table(
  about: About & { columns: readonly Column[]; before?: readonly DataTransformerConfig[] },
): Panel {
  const { columns: shown, before = [] } = about;
  const panel = describe(new TablePanel(), about, 24, 9).transformations([
    ...before,
    ...(about.queries.length > 1 ? [{ id: 'merge', options: {} }] : []),
    { id: 'filterFieldsByName', options: { include: { names: shown.map(({ field }) => field) } } },
    {
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(shown.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(shown.map(({ field, title }) => [field, title])),
      },
    },
  ]);
  for (const { title, unit, links = [], width } of shown) {
    panel.overrideByName(title, [
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
      ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
      ...(links.length === 0 ? [] : [{ id: 'links', value: links.map((link) => linkBuilder(link).build()) }]),
    ]);
  }
  return panel.build();
}

/** Log lines, read like a story: the first at the top. */
export function story(about: About): Panel {
  return logLines(about).sortOrder(LogsSortOrder.Ascending).build();
}

/** Log lines, the newest at the top. */
export function news(about: About): Panel {
  return logLines(about).sortOrder(LogsSortOrder.Descending).build();
}

function logLines(about: About): LogsPanel {
  return describe(new LogsPanel(), about, 24, 18)
    .links((about.links ?? []).map(linkBuilder))
    .showTime(true)
    .showLabels(false)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .showLogContextToggle(true);
}

/** What a dashboard is for, at its top. @param markdown a few sentences */
export function purpose(markdown: string): Panel {
  return new TextPanel()
    .title('')
    .content(markdown)
    .gridPos({ x: 0, y: 0, w: 24, h: 3 })
    .transparent(true)
    .build();
}
