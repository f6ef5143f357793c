import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSources } from './data-sources.js';

export type Variable = Builder<VariableModel>;

/**
 * A choice among the values that a label of a metric has now; all of them at first. In a query: `label=~"$name"`.
 * @param series the metric, with conditions if need be
 */
export function labelOf(series: string, label: string, name = label): Variable {
  const query = `label_values(${series}, ${label})`;
  return several(
    new QueryVariableBuilder(name).datasource(dataSources.prometheus).query(query).definition(query),
  );
}

/** A choice among the values that a label of the log lines has. */
export function labelOfLogs(label: string): Variable {
  const query = { type: 1, label, stream: '', refId: `values of ${label}` };
  return several(new QueryVariableBuilder(label).datasource(dataSources.loki).query(query));
}

function several(variable: QueryVariableBuilder): Variable {
  return variable
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: ['All'], value: ['$__all'], selected: true })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

/** A line to type into. */
export function text(name: string, label: string, description: string, initially: string): Variable {
  return new TextBoxVariableBuilder(name)
    .label(label)
    .description(description)
    .defaultValue(initially)
    .current({ text: initially, value: initially, selected: true });
}
