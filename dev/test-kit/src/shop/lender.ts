import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ShopOptions, startShop } from '@micromall/launcher';
import { createKeyedMutex } from '@micromall/platform';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { addressOf, runningShop, type ShopAddress } from './address.js';
import { manyShoppers, quickSweeps, webhookSecret } from './variables.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The shops of the run, each started when the first file asks: `<url>/shared`, `<url>/exclusive`. */
    shopLender: string;
  }
}

interface Started {
  readonly address: ShopAddress;
  stop(): Promise<void>;
}

/** With the demo catalogue, for all files at once; with SHOP_URL it is the shop at that address. */
async function startShared(): Promise<Started> {
  const site = process.env.SHOP_URL;
  if (site) return { address: runningShop(site), stop: async () => undefined };
  return start({}, {});
}

/** For one file at a time: payments, webhooks and counters are that file's alone. */
function startExclusive(): Promise<Started> {
  const variables = {
    ...quickSweeps,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    RESERVATION_SWEEP_MS: '500',
    // A reservation ends long after its payment page, so this frees nothing that is being paid for.
    RESERVATION_GRACE_MS: '1000',
    // A shopper comes back to the success page before the first check.
    FIRST_CHECK_MS: '8000',
    // The webhook, the shopper and the sweepers are to find payments here.
    EVENT_LOG_MS: '3600000',
  };
  return start(variables, { seed: false });
}

async function start(
  variables: Record<string, string>,
  options: Pick<ShopOptions, 'seed'>,
): Promise<Started> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-journeys-'));
  const environment = { ...process.env, ...manyShoppers, ...variables };
  const shop = await startShop({ directory, throwaway: true, environment, ...options });
  return {
    address: addressOf(shop),
    async stop() {
      await shop.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Lends shops to the test files of a run; a file has the exclusive one for as long as its request is open. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let shared: Promise<Started> | undefined;
  let exclusive: Promise<Started> | undefined;
  const alone = createKeyedMutex();

  async function lendExclusive(response: ServerResponse): Promise<void> {
    if (response.closed) return;
    exclusive ??= startExclusive();
    const { address } = await exclusive;
    response.write(`${JSON.stringify(address)}\n`);
    if (!response.closed) await once(response, 'close');
  }

  const server = createServer((request, response) => {
    async function lend(): Promise<void> {
      if (request.url === '/exclusive') return alone('exclusive', () => lendExclusive(response));
      shared ??= startShared();
      const { address } = await shared;
      response.end(`${JSON.stringify(address)}\n`);
    }
    lend().catch((error: unknown) => {
      response.statusCode = 500;
      response.end(`${String(error)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('shopLender', `http://127.0.0.1:${port}`);

  return async () => {
    server.closeAllConnections();
    server.close();
    // What did not start has nothing to stop.
    const started = await Promise.allSettled([shared, exclusive]);
    await Promise.all(started.map((each) => each.status === 'fulfilled' && each.value?.stop()));
  };
}
