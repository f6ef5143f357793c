/** What Prometheus's text format appends to the name of a family, by its type. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/**
 * The names of all series that a /metrics page offers, also of those that have no value yet because nothing of the
 * kind has happened. Format: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricNamesOf(exposition: string): Set<string> {
  const names = new Set<string>();
  for (const line of exposition.split('\n')) {
    const [, family, type] = /^# TYPE (\S+) (\w+)/.exec(line) ?? [];
    if (family !== undefined && type !== undefined)
      for (const suffix of suffixes[type] ?? ['']) names.add(family + suffix);
    const [, sample] = /^([a-zA-Z_:][\w:]*)[{ ]/.exec(line) ?? [];
    if (sample !== undefined) names.add(sample);
  }
  return names;
}

/** The names of the labels with which each series on a /metrics page has values now, by the name of the series. */
export function labelNamesOf(exposition: string): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const [, name = '', inBraces = ''] of exposition.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /gm)) {
    const known = labels.get(name) ?? new Set();
    for (const [, label = ''] of inBraces.matchAll(/(?:^|,)(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    labels.set(name, known);
  }
  return labels;
}
