import { allRpcContracts, names, operatorName, serviceNames, subscriptionsOf } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { expectBooksToAgree } from '@micromall/test-kit/ledger/expect';
import { type Sale, settlesWithin } from '@micromall/test-kit/shop/test-shop';
import type { WebShopper } from '@micromall/test-kit/shopper';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { malformedMessage } from './malformed-messages.js';
import { OwnShop } from './own-shop.js';

/** For tests whose length is that of what they do to the shop. */
const longTest = 240_000;

let own: OwnShop;
beforeAll(async () => {
  own = await OwnShop.open();
});
afterAll(() => own?.close());

const subscribers = serviceNames.filter((service) => subscriptionsOf(service).length > 0);
const workQueues = [...allRpcContracts.map(({ queue }) => queue), ...subscribers.map(names.eventQueue)];

const queueState = z.array(
  z.object({ name: z.string(), messages: z.int().default(0), consumers: z.int().default(0) }),
);
async function queues(): Promise<Map<string, { messages: number; consumers: number }>> {
  const state = queueState.parse(
    await own.operator.management.get('queues/%2F?columns=name,messages,consumers'),
  );
  return new Map(state.map(({ name, ...rest }) => [name, rest]));
}

/** Queues with work left, or with nobody who would do it. */
async function neglectedQueues(): Promise<unknown[]> {
  const state = await queues();
  return workQueues
    .map((queue) => ({ queue, messages: 0, consumers: 0, ...state.get(queue) }))
    .filter(({ messages, consumers }) => messages > 0 || consumers === 0);
}

async function expectEverybodyReady(): Promise<void> {
  await expect
    .poll(async () => {
      const answers = await Promise.all(
        serviceNames.map(async (name) => [name, await own.readiness(name)] as const),
      );
      return answers.filter(([, status]) => status !== 200);
    }, settlesWithin)
    .toEqual([]);
}

function pidsOf(services: readonly string[]): (number | undefined)[] {
  return services.map((service) => own.shop.process(service).pid());
}

async function expectASale(name: string): Promise<void> {
  const sale = await own.atPaymentPage(await own.newProduct(name, 1));
  const back = await own.pay(sale);
  await expect.poll(async () => (await sale.shopper.get(back)).text, settlesWithin).toContain('Thank you!');
}

describe('2,000 malformed messages over all queues', () => {
  const count = 2_000;

  async function residentBytes(): Promise<number[]> {
    return Promise.all(serviceNames.map((service) => own.gauge(service, 'process_resident_memory_bytes')));
  }
  async function parked(): Promise<number> {
    const state = await queues();
    return serviceNames.reduce((sum, name) => sum + (state.get(names.parkingQueue(name))?.messages ?? 0), 0);
  }

  it(
    'are parked with their reason, every one; no consumer is lost, and memory is bounded',
    async () => {
      const before = await residentBytes();
      const pids = pidsOf(serviceNames);
      const connection = await connect(own.shop.urls.amqp(operatorName));
      const channel = await connection.createConfirmChannel();
      for (let number = 0; number < count; number += 1) {
        const { content, properties } = malformedMessage(number);
        channel.sendToQueue(workQueues[number % workQueues.length] ?? '', content, properties);
        if (number % 500 === 499) await channel.waitForConfirms();
      }
      await channel.waitForConfirms();
      await connection.close();

      await expect.poll(parked, { timeout: 120_000, interval: 500 }).toBe(count);
      // What the broker's management knows of consumers is some seconds old.
      await expect.poll(neglectedQueues, settlesWithin).toEqual([]);
      const [some] = await own.operator.take(names.parkingQueue('order-service'), 1);
      expect(some?.properties.headers).toMatchObject({
        'x-reason': expect.stringMatching(/^(malformed|unexpected)$/),
        'x-first-error': expect.stringMatching(/\S/),
      });
      expect(pidsOf(serviceNames)).toEqual(pids);
      await expectEverybodyReady();
      const after = await residentBytes();
      const growth = after.map((bytes, index) => bytes - (before[index] ?? 0));
      for (const bytes of growth) expect(bytes).toBeLessThan(150 * 1_024 * 1_024);
      await expectASale('Sold after the flood');
    },
    longTest,
  );

  it('asked with somebody waiting, are answered with what was wrong', async () => {
    for (const { queue } of allRpcContracts) {
      expect([queue, await own.operator.ask(queue, { nonsense: true })]).toEqual([
        queue,
        {
          ok: false,
          error: expect.objectContaining({
            code: 'malformed-request',
            message: expect.stringMatching(/^The body is not right:[\s\S]*A right one: /),
          }),
        },
      ]);
    }
  });
});

describe('under load', () => {
  const shoppersAtOnce = 12;

  /** Shoppers at the payment page, each with one of a product of which there is enough. */
  async function atPaymentPages(name: string): Promise<Sale[]> {
    const productId = await own.newProduct(name, shoppersAtOnce);
    const sales: Sale[] = [];
    for (let index = 0; index < shoppersAtOnce; index += 1) sales.push(await own.atPaymentPage(productId));
    return sales;
  }

  it(
    'a broker that dies and comes back costs no order, doubles none, and finds its consumers again',
    async () => {
      const sales = await atPaymentPages('Sold through a restart of the broker');
      const pids = pidsOf(serviceNames);
      const broker = own.shop.process('rabbitmq');
      const killed = broker.pid();
      // While news of payments is on its way in both directions.
      await Promise.all(
        sales.map(async (sale, index) => {
          await own.pay(sale);
          if (index === Math.floor(shoppersAtOnce / 2)) broker.kill('SIGKILL');
        }),
      );
      expect(await until(() => broker.pid() !== undefined && broker.pid() !== killed, 60_000)).toBe(true);
      await expectEverybodyReady();
      expect(pidsOf(serviceNames)).toEqual(pids);
      await expect
        .poll(
          async () => (await Promise.all(sales.map(({ userId }) => own.statesOf(userId)))).flat(),
          settlesWithin,
        )
        .toEqual(sales.map(() => 'paid'));
      await expect.poll(neglectedQueues, settlesWithin).toEqual([]);
      await expectBooksToAgree(own);
    },
    longTest,
  );

  it(
    'a database that is away for 20 s: every page answers soon and in words, and all recovers without a restart',
    async () => {
      const sales = await atPaymentPages('Sold while the database was away');
      const pids = pidsOf(serviceNames);
      const database = own.shop.process('mongo');
      await database.stop();
      const stopped = Date.now();
      const slowest = { path: '', ms: 0 };
      const broken: string[] = [];
      async function visit(shopper: WebShopper, path: string): Promise<void> {
        const asked = Date.now();
        const page = await shopper.get(path);
        const ms = Date.now() - asked;
        if (ms > slowest.ms) Object.assign(slowest, { path, ms });
        if (!/<h1>/.test(page.text) || ![200, 303, 503].includes(page.status))
          broken.push(`${path}: ${page.status}`);
      }
      await Promise.all(sales.slice(0, 6).map((sale) => own.pay(sale)));
      while (Date.now() - stopped < 20_000) {
        await Promise.all(
          sales.map(({ shopper }, index) =>
            visit(shopper, ['/', '/cart', '/orders', '/login'][index % 4] ?? '/'),
          ),
        );
      }
      expect(broken).toEqual([]);
      expect(slowest.ms, slowest.path).toBeLessThan(10_000);
      for (const service of ['order-service', 'payment-service', 'product-service']) {
        expect(await own.readiness(service)).toBe(503);
      }

      await database.start();
      await expectEverybodyReady();
      expect(pidsOf(serviceNames)).toEqual(pids);
      await Promise.all(sales.slice(6).map((sale) => own.pay(sale)));
      await expect
        .poll(
          async () => (await Promise.all(sales.map(({ userId }) => own.statesOf(userId)))).flat(),
          settlesWithin,
        )
        .toEqual(sales.map(() => 'paid'));
      await expectBooksToAgree(own);
    },
    longTest,
  );
});
