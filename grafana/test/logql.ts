import { parser } from '@grafana/lezer-logql';

/** A log query as Grafana would send it: spans become `5m`, what else is variable a word. */
export function asSent(query: string): string {
  return query
    .replaceAll(/\$__(?:auto|range|interval|rate_interval)\b/g, '5m')
    .replaceAll(/\$\{\w+(?::\w+)?\}|\$\w+/g, 'variable');
}

/** Where a query stops to be LogQL by Grafana's own grammar, or undefined if it is LogQL to its end. */
export function syntaxErrorOf(query: string): string | undefined {
  let problem: string | undefined;
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError)
        problem ??= `at character ${node.from + 1}: ${query.slice(node.from, node.from + 20)}`;
    },
  });
  return problem;
}

/** The labels by which a query chooses streams. */
export function streamLabelsOf(query: string): string[] {
  return [...query.matchAll(/\{([^{}]*)\}/g)]
    .filter(([, inside = '']) => /[=~]"/.test(inside))
    .flatMap(([, inside = '']) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, name = '']) => name),
    );
}
