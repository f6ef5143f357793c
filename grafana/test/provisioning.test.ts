import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { grafanaAlertRules } from '../src/alerting/grafana-rules.js';
import { readRuleGroups } from '../src/alerting/prometheus-rules.js';
import { dashboardUids, grafanaFiles } from '../src/index.js';

const files = grafanaFiles(repositoryRoot);

function read(path: string): unknown {
  const file = files.find((each) => each.path === `grafana/provisioning/${path}`);
  if (!file) throw new Error(`${path} is not made`);
  return parse(file.content);
}

/** What Grafana makes of a text in these files: `$name` and `${name}` are variables of its environment, `$$` is `$`. */
function asGrafanaReads(text: string): string {
  return text
    .split('$$')
    .map((part) => part.replaceAll(/\$\{\w*\}|\$\w+/g, ''))
    .join('$');
}

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
          title: z.string(),
          condition: z.literal('threshold'),
          data: z.array(z.object({ refId: z.string(), datasourceUid: z.string(), model: z.looseObject({}) })),
          for: z.string(),
          noDataState: z.literal('OK'),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});

describe('Grafana’s alerts', () => {
  const made = rulesSchema.parse(read('alerting/rules.yaml')).groups.flatMap(({ rules }) => rules);
  const written = readRuleGroups(join(repositoryRoot, 'prometheus', 'rules')).flatMap(({ rules }) =>
    rules.filter((rule) => 'alert' in rule),
  );

  it('are Prometheus’s, one for one, with the same question, patience and labels', () => {
    expect(made).toHaveLength(written.length);
    for (const [index, rule] of made.entries()) {
      const { alert, expr, for: patience = '0s', labels } = written[index]!;
      expect(rule.title).toBe(`${alert} (${labels?.severity})`);
      expect(rule.data[0]?.model).toMatchObject({ expr: expr.trim(), instant: true });
      expect(rule).toMatchObject({ for: patience, labels });
    }
  });

  it('have names of their own', () => {
    expect(new Set(made.map(({ uid }) => uid)).size).toBe(made.length);
    expect(new Set(made.map(({ title }) => title)).size).toBe(made.length);
  });

  it('ask Prometheus, and work out the rest from the answer', () => {
    for (const { data } of made) {
      expect(data.map(({ refId, datasourceUid }) => [refId, datasourceUid])).toEqual([
        ['query', 'prometheus'],
        ['any_value', '__expr__'],
        ['threshold', '__expr__'],
      ]);
      expect(data[1]?.model.expression).toContain('$query');
      expect(data[2]?.model.expression).toBe('any_value');
    }
  });

  it('say the same words, of which Grafana’s environment changes none', () => {
    for (const [index, { annotations }] of made.entries())
      for (const [name, text] of Object.entries(annotations)) {
        expect(asGrafanaReads(text)).toBe(text);
        const original = written[index]?.annotations?.[name] ?? '';
        expect(text.replaceAll('.Labels', '$labels').replaceAll('.Values.query.Value', '$value')).toBe(
          original,
        );
      }
  });

  it('are refused when they would say something that Grafana can not, or have the name of another', () => {
    const rule = { alert: 'Odd', expr: 'up == 0', labels: { severity: 'info' } };
    const groupOf = (...rules: (typeof rule)[]) => [{ name: 'odd', rules }];
    const text = { annotations: { summary: 'in {{ $externalLabels.region }}' } };
    expect(() => grafanaAlertRules(groupOf({ ...rule, ...text }))).toThrow(
      'something else than $labels and $value',
    );
    expect(() => grafanaAlertRules(groupOf(rule, rule))).toThrow('Two alerts are called "Odd (info)"');
  });
});

it('tells somebody who exists', () => {
  const points = z
    .object({
      contactPoints: z.array(
        z.object({ name: z.string(), receivers: z.array(z.object({ type: z.string() })) }),
      ),
    })
    .parse(read('alerting/contact-points.yaml')).contactPoints;
  const { policies } = z
    .object({ policies: z.array(z.object({ receiver: z.string() })) })
    .parse(read('alerting/policies.yaml'));
  expect(points.map(({ name }) => name)).toEqual(policies.map(({ receiver }) => receiver));
  expect(points[0]?.receivers).toEqual([{ type: 'email' }]);
});

describe('the data sources', () => {
  const { datasources } = z
    .object({
      datasources: z.array(
        z.object({
          type: z.string(),
          uid: z.string(),
          url: z.string(),
          jsonData: z.object({
            derivedFields: z.array(z.object({ matcherRegex: z.string(), url: z.string() })).optional(),
          }),
        }),
      ),
    })
    .parse(read('datasources/data-sources.yaml'));

  it('are the two that the dashboards ask, where docker-compose.yml has them', () => {
    expect(datasources.map(({ uid, type, url }) => ({ uid, type, url }))).toEqual([
      { uid: 'prometheus', type: 'prometheus', url: 'http://prometheus:9090' },
      { uid: 'loki', type: 'loki', url: 'http://loki:3100' },
    ]);
  });

  it('lead from the ids of a log line to the story of that id', () => {
    const fields = datasources[1]?.jsonData.derivedFields ?? [];
    expect(fields.map(({ matcherRegex }) => matcherRegex)).toEqual(['traceId', 'correlationId', 'orderId']);
    for (const { url } of fields)
      expect(asGrafanaReads(url)).toBe(`/d/${dashboardUids['Follow a request']}?var-id=\${__value.raw}`);
  });
});

it('finds the dashboards where docker-compose.yml puts them', () => {
  const { providers } = z
    .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
    .parse(read('dashboards/dashboards.yaml'));
  const mounts = composeMounts('grafana');
  expect(mounts).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`);
  expect(mounts).toContain('./grafana/provisioning:/etc/grafana/provisioning:ro');
});

function composeMounts(service: string): string[] {
  const compose = z
    .object({ services: z.record(z.string(), z.looseObject({ volumes: z.array(z.string()).optional() })) })
    .parse(parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true }));
  return compose.services[service]?.volumes ?? [];
}
