import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { names, serviceNames } from '@micromall/contracts';
import { findProgram } from '@micromall/launcher/setup/machine.mjs';
import {
  capturedMetricNames,
  extractMetricNames,
  labelNamesOf,
  metricNamesOf,
  prometheusDirectory,
  readRules,
  selectorsOf,
  withoutGrafanaVariables,
} from '@micromall/test-kit/monitoring';
import { boards, queriesOf } from '@micromall/test-kit/monitoring/boards';
import { settlesWithin } from '@micromall/test-kit/shop/test-shop';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OwnShop } from './own-shop.js';

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string().transform(Number)]),
      }),
    ),
  }),
});
const targetsAnswer = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ health: z.string(), labels: z.record(z.string(), z.string()) })),
  }),
});

/** The rules of the repository, but alarms fire after a second. */
function immediateRules(directory: string): string {
  for (const file of readdirSync(join(prometheusDirectory, 'rules'))) {
    const rules = readFileSync(join(prometheusDirectory, 'rules', file), 'utf8');
    writeFileSync(join(directory, file), rules.replaceAll(/^( +for:) \w+$/gm, '$1 1s'));
  }
  return directory;
}

let own: OwnShop;
let directory: string;
beforeAll(async () => {
  const program = findProgram('prometheus', process.env);
  if (program === undefined)
    throw new Error(
      'There is no Prometheus on this machine, which the alarms need: apt-get install prometheus',
    );
  directory = mkdtempSync(join(tmpdir(), 'micromall-alarms-'));
  own = await OwnShop.open(
    { SWEEP_MS: '250', FIRST_CHECK_MS: '1000' },
    { prometheus: { program, rulesDirectory: immediateRules(directory), everySeconds: 1 } },
  );
});
afterAll(async () => {
  await own?.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => own.behave());

async function asked(path: string): Promise<unknown> {
  return (await fetch(`${own.shop.urls.prometheus}/api/v1/${path}`)).json();
}

async function seriesOf(query: string): Promise<Record<string, string>[]> {
  const { data } = answer.parse(await asked(`query?query=${encodeURIComponent(query)}`));
  return data.result.map(({ metric }) => metric);
}

/** How quick the machine is that runs the tests, and how full, is not the shop's doing. */
const ofTheMachine = ['HttpSlow', 'RpcSlow', 'EventLoopBlocked', 'MemoryHigh', 'DiskAlmostFull'];

/** The alarms that fire now, each with what it is about. */
async function firing(): Promise<string[]> {
  const alarms = await seriesOf(`ALERTS{alertstate="firing", alertname!~"${ofTheMachine.join('|')}"}`);
  return alarms
    .map(({ alertname, service, queue }) => [alertname, service, queue].filter(Boolean).join(' '))
    .sort();
}

async function everyAlarmIsSilent(): Promise<void> {
  await expect.poll(firing, settlesWithin).toEqual([]);
}

async function fires(alarm: string): Promise<void> {
  await expect.poll(firing, settlesWithin).toContain(alarm);
}

it('Prometheus asks every service and the broker, and all is quiet', async () => {
  const health = async () => {
    const { data } = targetsAnswer.parse(await asked('targets'));
    return data.activeTargets.map(({ labels, health }) => `${labels.service ?? labels.job} ${health}`).sort();
  };
  const expected = [...serviceNames, 'prometheus', 'rabbitmq', 'rabbitmq-queues'].map((name) => `${name} up`);
  await expect.poll(health, settlesWithin).toEqual(expected.sort());
  await everyAlarmIsSilent();
});

describe('the right alarm fires', () => {
  it('when shoppers pay and no webhook arrives, until one does', async () => {
    await own.webhooks({ drop: { probability: 1 } });
    const unheard = await own.atPaymentPage(await own.newProduct('Unheard of'));
    await own.pay(unheard);
    await fires('WebhooksMissing');
    expect(await own.statesOf(unheard.userId)).toEqual(['paid']);

    await own.behave();
    await own.pay(await own.atPaymentPage(unheard.productId));
    await everyAlarmIsSilent();
  });

  it('when order-service is killed and stays away, until it is back', async () => {
    const orderService = own.shop.process('order-service');
    orderService.kill('SIGKILL');
    await orderService.stop();
    await fires('ServiceDown order-service');
    await fires('ConsumerMissing place-order');
    expect(await firing()).not.toContain('ServiceDown cart-service');

    await orderService.start();
    await everyAlarmIsSilent();
  });

  it('when a message is poison, until somebody has taken it away', async () => {
    await own.operator.publish('order-service.events', 'no JSON at all', {});
    const parking = names.parkingQueue('order-service');
    await fires(`DeadLetters ${parking}`);
    await own.operator.take(parking, 10);
    await everyAlarmIsSilent();
  });
});

describe('what the dashboard of the shop counts', () => {
  const logLine = z.looseObject({
    msg: z.string().optional(),
    to: z.string().optional(),
    amount: z.number().optional(),
  });

  /** The lines of order-service's log, of all its processes. */
  function orderLog(): z.output<typeof logLine>[] {
    const text = readFileSync(join(own.shop.logDirectory, 'order-service.log'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => logLine.parse(JSON.parse(line)));
  }

  /** What a panel shows now, when the last hour is looked at. */
  async function shownBy(title: string): Promise<number> {
    const panel = boards.flatMap(queriesOf).find(({ where }) => where === `Shop / ${title} / A`);
    const query = panel?.expr.replaceAll('$__range', '1h') ?? '';
    const { data } = answer.parse(await asked(`query?query=${encodeURIComponent(query)}`));
    return data.result[0]?.value[1] ?? 0;
  }

  it('is what the log says, although the process that counts dies and starts again', async () => {
    const productId = await own.newProduct('Counted', 10);
    for (let restarts = 0; restarts < 3; restarts += 1) {
      const died = own.shop.process('order-service').pid();
      own.shop.process('order-service').kill('SIGKILL');
      await own.comesBack('order-service', died);
      const sale = await own.atPaymentPage(productId);
      await own.pay(sale);
      await expect.poll(() => own.statesOf(sale.userId), settlesWithin).toEqual(['paid']);
      // What nobody has asked a process for before it dies is not known to anybody.
      const counted = 'sum(order_transitions_total{to="paid"}) == 1';
      await expect.poll(async () => (await seriesOf(counted)).length, settlesWithin).toBe(1);
    }
    const lines = orderLog();
    const paid = lines.filter(({ to }) => to === 'paid').length;
    const arrived = lines.filter(({ msg }) => msg === 'money of an order arrived');
    const revenue = arrived.reduce((sum, { amount = 0 }) => sum + amount, 0) / 100;
    expect(paid).toBeGreaterThanOrEqual(3);
    await expect.poll(async () => Math.round(await shownBy('Orders paid')), settlesWithin).toBe(paid);
    // Prometheus guesses what happened before the first and after the last time it asked.
    const ratio = (await shownBy('Revenue')) / revenue;
    expect(ratio).toBeGreaterThan(0.97);
    expect(ratio).toBeLessThan(1.03);
  });
});

describe('every metric', () => {
  /** Made by Prometheus itself: https://prometheus.io/docs/concepts/jobs_instances/ */
  const ownWords = ['ALERTS', 'up', 'scrape_duration_seconds', 'scrape_samples_post_metric_relabeling'];

  interface Asked {
    readonly where: string;
    readonly expr: string;
  }

  function queries(): Asked[] {
    const { alerts, recordings } = readRules();
    return [
      ...alerts.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
      ...recordings.map(({ record, expr }) => ({ where: `record ${record}`, expr })),
      ...boards.flatMap(queriesOf).filter(({ language }) => language === 'prometheus'),
    ];
  }

  async function shown(): Promise<string> {
    const broker = `http://127.0.0.1:${own.shop.ports.brokerMetrics}/metrics`;
    const pages = [
      ...serviceNames.map((name) => `${own.shop.urls.operations(name)}/metrics`),
      broker,
      `${broker}/detailed?family=queue_coarse_metrics&family=queue_consumer_count`,
      `${own.shop.urls.prometheus}/metrics`,
    ];
    return (await Promise.all(pages.map(async (page) => (await fetch(page)).text()))).join('\n');
  }

  function unknownIn(asked: readonly Asked[], page: string): string[] {
    const captured = capturedMetricNames();
    const known = new Set([
      ...ownWords,
      ...readRules().recordings.map(({ record }) => record),
      ...metricNamesOf(page),
      ...[...captured.values()].flatMap((names) => [...names]),
    ]);
    // Prometheus itself is older here than in containers: what is asked of it must be in both.
    const isKnown = (name: string) =>
      known.has(name) && (!name.startsWith('prometheus_') || captured.get('prometheus')?.has(name) === true);
    return asked.flatMap(({ where, expr }) =>
      extractMetricNames(withoutGrafanaVariables(expr))
        .filter((name) => !isKnown(name))
        .map((name) => `${name} in ${where}`),
    );
  }

  /** Prometheus adds these two to whatever it is told. */
  const addedLabels = ['job', 'instance'];

  function unknownLabelsIn(asked: readonly Asked[], page: string): string[] {
    const labels = labelNamesOf(page);
    return asked.flatMap(({ where, expr }) =>
      selectorsOf(withoutGrafanaVariables(expr)).flatMap(({ metric, matchers }) => {
        const known = labels.get(metric);
        return matchers
          .filter(({ label }) => known !== undefined && !known.has(label) && !addedLabels.includes(label))
          .map(({ label }) => `${metric}{${label}} in ${where}`);
      }),
    );
  }

  it('that a rule or a dashboard reads is one that the shop or a component offers', async () => {
    const page = await shown();
    expect(unknownIn(queries(), page)).toEqual([]);
    const madeUp = [{ where: 'nowhere', expr: 'sum(rate(shop_revenue_total[5m])) / up' }];
    expect(unknownIn(madeUp, page)).toEqual(['shop_revenue_total in nowhere']);
  });

  it('has the labels by which rules and dashboards choose', async () => {
    const page = await shown();
    expect(unknownLabelsIn(queries(), page)).toEqual([]);
    const madeUp = [{ where: 'nowhere', expr: 'http_requests_total{code="500", status="500", job="x"}' }];
    expect(unknownLabelsIn(madeUp, page)).toEqual(['http_requests_total{code} in nowhere']);
  });
});
