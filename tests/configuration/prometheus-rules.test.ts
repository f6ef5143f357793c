import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serviceNames } from '@micromall/contracts';
import { repositoryRoot } from '@micromall/launcher';
import { prometheusConfiguration } from '@micromall/launcher/prometheus';
import { findProgram } from '@micromall/launcher/setup/machine.mjs';
import type { RpcFault } from '@micromall/platform';
import { prometheusDirectory, readRules, ruleFiles, selectorsOf } from '@micromall/test-kit/monitoring';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const { alerts, recordings } = readRules();
const testFiles = readdirSync(join(prometheusDirectory, 'tests'));

interface RuleTest {
  readonly name: string;
  readonly input_series: readonly unknown[];
  readonly promql_expr_test: readonly { readonly expr: string; readonly exp_samples: readonly unknown[] }[];
}

/** The unit tests of the rules, by the alert that each begins its name with. */
const ruleTests = testFiles.flatMap((file) => {
  const { tests } = parse(readFileSync(join(prometheusDirectory, 'tests', file), 'utf8')) as {
    tests: RuleTest[];
  };
  return tests.map(({ name, input_series: series, promql_expr_test: questions }) => {
    const [question] = questions;
    const asked = /alertname="(\w+)", alertstate="firing"/.exec(question?.expr ?? '')?.[1];
    return { name, series, asked, fires: (question?.exp_samples.length ?? 0) > 0 };
  });
});

function promtool(args: readonly string[]): Promise<string> {
  const program = findProgram('promtool', process.env);
  if (program === undefined) {
    throw new Error(
      'promtool, which comes with Prometheus, is not on this machine, and the rules can not be tested without it. Debian and Ubuntu: apt-get install prometheus; macOS: brew install prometheus.',
    );
  }
  return promisify(execFile)(program, [...args]).then(
    ({ stdout, stderr }) => stdout + stderr,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `FAILED\n${stdout}${stderr}`,
  );
}

describe('Prometheus takes', () => {
  it('the configuration, with all its rules', async () => {
    const output = await promtool(['check', 'config', join(prometheusDirectory, 'prometheus.yml')]);
    expect(output).not.toContain('FAILED');
    for (const file of ruleFiles()) expect(output).toContain(`rules/${file}`);
  });

  it('every rule, without a hint that something is odd', async () => {
    const files = ruleFiles().map((file) => join(prometheusDirectory, 'rules', file));
    const output = await promtool(['check', 'rules', ...files]);
    expect(output).not.toContain('FAILED');
    expect(output.match(/SUCCESS/g)).toHaveLength(files.length);
  });
});

describe('the alerts', () => {
  it('fire when they should, and only then', async () => {
    const files = testFiles.map((file) => join(prometheusDirectory, 'tests', file));
    expect(await promtool(['test', 'rules', ...files])).not.toContain('FAILED');
  });

  it.each(alerts.map(({ alert }) => alert))(
    '%s has a test that it fires and one that it does not',
    (alert) => {
      const own = ruleTests.filter(({ asked }) => asked === alert);
      expect(own.some(({ fires, series }) => fires && series.length > 0)).toBe(true);
      expect(own.some(({ fires, series }) => !fires && series.length > 0)).toBe(true);
      for (const { name } of own) expect(name.startsWith(`${alert} `)).toBe(true);
    },
  );

  it('are what each test asks about', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(ruleTests.filter(({ asked }) => !names.includes(asked ?? '')).map(({ name }) => name)).toEqual([]);
  });
});

describe('the tests of the alerts', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'micromall-rules-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** What promtool says of each test that fails when every alert has this expression instead of its own. */
  async function failuresWith(expression: string): Promise<string[]> {
    await cp(prometheusDirectory, directory, { recursive: true });
    for (const file of ruleFiles()) {
      const path = join(directory, 'rules', file);
      const rules = parse(await readFile(path, 'utf8')) as { groups: { rules: Record<string, string>[] }[] };
      for (const rule of rules.groups.flatMap((group) => group.rules))
        if (rule.alert !== undefined) Object.assign(rule, { expr: expression, for: '0s' });
      await writeFile(path, stringify(rules));
    }
    const output = await promtool([
      'test',
      'rules',
      ...testFiles.map((file) => join(directory, 'tests', file)),
    ]);
    return output.split('expr: "ALERTS{').slice(1);
  }

  it('notice alerts that never fire', async () => {
    const failures = await failuresWith('vector(0) > 1');
    expect(failures).toHaveLength(ruleTests.filter(({ fires }) => fires).length);
  });

  it('notice alerts that always fire', async () => {
    const failures = (await failuresWith('vector(1)')).filter((failure) => /exp: nil/.test(failure));
    expect(failures).toHaveLength(ruleTests.filter(({ fires }) => !fires).length);
  });
});

describe('each query', () => {
  it.each([...alerts, ...recordings].map((rule) => [nameOf(rule), rule.expr]))(
    'of %s parses and names its metrics',
    (_name, expression) => {
      expect(selectorsOf(expression).length).toBeGreaterThan(0);
    },
  );

  it('about a service that is missing asks for each service of the shop', () => {
    const asked = selectorsOf(expressionOf('ServiceDown')).flatMap(({ matchers }) =>
      matchers.filter(({ label }) => label === 'service').map(({ value }) => value),
    );
    expect(asked.sort()).toEqual([...serviceNames].sort());
  });

  it('about calls that fail counts every fault that a service may answer with, and looks at the same as its alert', () => {
    const outcomes = [
      expressionOf('RpcErrorRatioHigh'),
      recordings.find(({ record }) => record.startsWith('queue:rpc_client_faults'))?.expr ?? '',
    ]
      .flatMap(selectorsOf)
      .flatMap(({ matchers }) =>
        matchers.filter(({ label }) => label === 'outcome').map(({ value }) => value),
      );
    expect(new Set(outcomes).size).toBe(1);
    const faults = {
      timeout: true,
      unroutable: true,
      busy: true,
      'circuit-open': true,
      disconnected: true,
      'malformed-reply': true,
      'malformed-request': true,
      forbidden: true,
      failed: true,
    } satisfies Record<RpcFault, true>;
    expect(outcomes[0]?.split('|').sort()).toEqual(Object.keys(faults).sort());
  });
});

describe('in containers', () => {
  const compose = parse(readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8'), { merge: true });
  const { scrape_configs: jobs } = parse(readFileSync(join(prometheusDirectory, 'prometheus.yml'), 'utf8'));

  it('every service of the shop is asked, on the port on which it answers', () => {
    const [discovery] = jobs.find((job: { job_name: string }) => job.job_name === 'micromall').dns_sd_configs;
    expect([...discovery.names].sort()).toEqual([...serviceNames].sort());
    for (const service of serviceNames)
      expect(compose.services[service].environment.OPERATIONS_PORT).toBe(String(discovery.port));
  });

  it('Prometheus asks nobody who is not there', () => {
    const text = JSON.stringify(jobs);
    const hosts = [...text.matchAll(/"([a-z.-]+):\d+"/g)].map((match) => match[1]);
    const others = hosts.filter((host) => host !== 'localhost' && host !== 'host.docker.internal');
    expect(others.length).toBeGreaterThan(4);
    for (const host of others) expect(Object.keys(compose.services)).toContain(host);
  });
});

describe('beside npm start', () => {
  const operations = Object.fromEntries(serviceNames.map((name, index) => [name, 9101 + index]));
  const ports = {
    site: 3000,
    webhook: 8000,
    stripe: 4242,
    amqp: 5672,
    management: 15672,
    brokerMetrics: 15692,
    mongo: 27017,
    prometheus: 9191,
    operations,
    distribution: 1,
    epmd: 2,
    ctl: 3,
  };

  it('Prometheus takes the configuration, with the same rules and the ports of the shop', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'micromall-beside-'));
    try {
      const file = join(directory, 'prometheus.yml');
      await writeFile(file, prometheusConfiguration({ ports, ownBroker: true }, {}));
      const output = await promtool(['check', 'config', file]);
      expect(output).not.toContain('FAILED');
      for (const rules of ruleFiles()) expect(output).toContain(join(prometheusDirectory, 'rules', rules));
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('every service is asked under its name, and the broker only if it is the own one', () => {
    const jobsFor = (ownBroker: boolean) =>
      parse(prometheusConfiguration({ ports, ownBroker }, {})).scrape_configs as {
        job_name: string;
        static_configs: { targets: string[]; labels?: Record<string, string> }[];
      }[];
    const [micromall, ...others] = jobsFor(true);
    expect(micromall?.static_configs).toEqual(
      serviceNames.map((service, index) => ({
        targets: [`127.0.0.1:${9101 + index}`],
        labels: { service },
      })),
    );
    expect(others.map((job) => [job.job_name, job.static_configs[0]?.targets])).toEqual([
      ['rabbitmq', ['127.0.0.1:15692']],
      ['rabbitmq-queues', ['127.0.0.1:15692']],
      ['prometheus', ['127.0.0.1:9191']],
    ]);
    expect(jobsFor(false).map((job) => job.job_name)).toEqual(['micromall', 'prometheus']);
  });
});

describe('the runbook', () => {
  const operations = readFileSync(join(repositoryRoot, 'docs', 'operations.md'), 'utf8');
  const headings = [...operations.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');

  it.each(alerts.map((rule) => [rule.alert, rule.annotations.runbook_url]))(
    'of %s is where the alert says',
    (alert, url) => {
      expect(url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(headings).toContain(alert);
    },
  );

  it.each(alerts.map(({ alert }) => alert))(
    'of %s says what shoppers see, where to look and what to do',
    (alert) => {
      const [, section = ''] = operations.split(`\n## ${alert}\n`);
      const [text = ''] = section.split('\n## ');
      for (const part of ['**Shoppers**', '**Look**', '**Do**']) expect(text).toContain(part);
    },
  );

  it('looks at metrics with queries that parse', () => {
    const queries = [...operations.matchAll(/^```promql\n(.+?)\n```$/gms)].map((match) => match[1] ?? '');
    expect(queries.length).toBeGreaterThan(10);
    for (const query of queries) expect(selectorsOf(query).length).toBeGreaterThan(0);
  });
});

function nameOf(rule: (typeof alerts)[number] | (typeof recordings)[number]): string {
  return 'alert' in rule ? rule.alert : rule.record;
}

function expressionOf(name: string): string {
  return alerts.find(({ alert }) => alert === name)?.expr ?? '';
}
