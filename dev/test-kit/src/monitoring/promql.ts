import { parser } from '@prometheus-io/lezer-promql';

/** One condition on a label, such as `queue=~"get-.*"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** One metric that a query reads. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** A query that Prometheus would not take, or that hides which metric it reads. */
export class PromqlError extends Error {
  override readonly name = 'PromqlError';
  constructor(query: string, problem: string) {
    super(`${problem} in the query: ${query}`);
  }
}

/** The part of lezer's tree that is read here. */
interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly firstChild: Node | null;
  readonly nextSibling: Node | null;
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function child(node: Node, name: string): Node | undefined {
  return childrenOf(node).find((each) => each.name === name);
}

/**
 * Every metric that a query reads, with the conditions on its labels, in the order of the text. The grammar is the one
 * of Prometheus's own web interface.
 * @throws {PromqlError} when the query does not parse, or names a metric by a pattern, so that nobody can check it
 */
export function selectorsOf(query: string): Selector[] {
  const selectors: Selector[] = [];
  const text = ({ from, to }: Node): string => query.slice(from, to);
  const unquoted = (node: Node | undefined): string => (node ? text(node).slice(1, -1) : '');

  function matcherOf(node: Node): LabelMatcher {
    const [label, operator, value] = childrenOf(node);
    if (!label || !operator || !value) throw new PromqlError(query, `A label without a value`);
    return { label: text(label), operator: text(operator), value: unquoted(value) };
  }

  function read(node: Node): void {
    const identifier = child(node, 'Identifier');
    const inBraces = child(node, 'LabelMatchers');
    const parts = inBraces ? childrenOf(inBraces) : [];
    const quotedName = parts.find(({ name }) => name === 'QuotedLabelName');
    const matchers = parts.filter(({ name }) => name.endsWith('LabelMatcher')).map(matcherOf);
    const metric = identifier ? text(identifier) : quotedName && unquoted(child(quotedName, 'StringLiteral'));
    if (metric === undefined) throw new PromqlError(query, 'A selector without the name of its metric');
    selectors.push({ metric, matchers });
  }

  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError)
        throw new PromqlError(
          query,
          `Not PromQL at character ${node.from + 1} (${JSON.stringify(query.slice(node.from, node.from + 20))})`,
        );
      if (node.name === 'VectorSelector') read(node.node);
    },
  });
  return selectors;
}

/**
 * The names of the metrics that a query reads, each once.
 * @throws {PromqlError} as {@link selectorsOf}
 */
export function extractMetricNames(query: string): string[] {
  return [...new Set(selectorsOf(query).map(({ metric }) => metric))];
}

/**
 * A dashboard's query as Grafana would send it: spans become `5m`, or `300` where seconds are asked for; what else is
 * variable becomes a word, which may stand inside a text.
 */
export function withoutGrafanaVariables(query: string): string {
  return query
    .replaceAll(/\$\{?__(?:interval|range)_m?s\}?/g, '300')
    .replaceAll(/\$\{?__(?:rate_interval|interval|range)\}?/g, '5m')
    .replaceAll(/\$\{\w+(?::\w+)?\}|\$\w+/g, 'variable');
}
