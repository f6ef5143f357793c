import { dataSources } from '../data-sources.js';
import type { AlertRule, RuleGroup } from './prometheus-rules.js';

/** The folder under which Grafana lists the alerts. */
const folder = 'MicroMall';
/** Grafana's name for what it computes itself. */
const expressions = { type: '__expr__', uid: '__expr__' };
const secondsLookedBack = 600;

/**
 * Prometheus's alerting rules as Grafana's own, because only Grafana can send an e-mail here. Grafana asks Prometheus
 * the same question, and as in Prometheus every series of the answer is an alert, whatever its value; no answer is
 * good news. Format: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
 */
export function grafanaAlertRules(groups: readonly RuleGroup[]) {
  const titles = new Set<string>();
  return {
    apiVersion: 1,
    groups: groups.flatMap(({ name, interval = '1m', rules }) => {
      const alerts = rules.filter((rule) => 'alert' in rule);
      if (alerts.length === 0) return [];
      return [
        {
          orgId: 1,
          name,
          folder,
          interval,
          rules: alerts.map((rule) => {
            const title = titleOf(rule);
            if (titles.has(title))
              throw new Error(`Two alerts are called "${title}"; give them different names or severities.`);
            titles.add(title);
            return grafanaRule(rule, title);
          }),
        },
      ];
    }),
  };
}

function titleOf({ alert, labels }: AlertRule): string {
  return labels?.severity === undefined ? alert : `${alert} (${labels.severity})`;
}

function grafanaRule(rule: AlertRule, title: string) {
  return {
    uid: uidOf(title),
    title,
    condition: 'threshold',
    data: [question(rule.expr), hasAnyValue(), isSo()],
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for ?? '0s',
    ...(rule.keep_firing_for === undefined ? {} : { keepFiringFor: rule.keep_firing_for }),
    // As Prometheus, which ends an alert as soon as its series is gone.
    missing_series_evals_to_resolve: 1,
    labels: translated(rule.labels ?? {}, title),
    annotations: translated(rule.annotations ?? {}, title),
  };
}

/** At most 40 characters of a-z, 0-9 and -. */
function uidOf(title: string): string {
  return title
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
}

function question(expr: string) {
  const datasource = dataSources.prometheus;
  return {
    refId: 'query',
    relativeTimeRange: { from: secondsLookedBack, to: 0 },
    datasourceUid: datasource.uid,
    model: { refId: 'query', datasource, expr: expr.trim(), instant: true, range: false },
  };
}

/** Turns each value, be it 0 or not a number, into 1. */
function hasAnyValue() {
  const expression = 'is_number($query) || is_nan($query) || is_inf($query)';
  return {
    refId: 'any_value',
    datasourceUid: expressions.uid,
    model: { refId: 'any_value', datasource: expressions, type: 'math', expression },
  };
}

function isSo() {
  const conditions = [{ evaluator: { type: 'gt', params: [0] } }];
  return {
    refId: 'threshold',
    datasourceUid: expressions.uid,
    model: {
      refId: 'threshold',
      datasource: expressions,
      type: 'threshold',
      expression: 'any_value',
      conditions,
    },
  };
}

/**
 * Prometheus's `$labels` and `$value` in the words that Grafana has for them without a dollar sign, because in these
 * files Grafana takes `$name` for a variable of its environment.
 */
function translated(texts: Readonly<Record<string, string>>, title: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const result = text
        .replaceAll(/\$labels\b/g, '.Labels')
        .replaceAll(/\$value\b/g, '.Values.query.Value')
        .trim();
      if (result.includes('$'))
        throw new Error(
          `"${name}" of the alert ${title} uses something else than $labels and $value: ${text}`,
        );
      return [name, result];
    }),
  );
}
