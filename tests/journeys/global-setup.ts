import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShop } from '@micromall/launcher';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';

/** A running shop, as far as a test in another process can know it. */
export interface OpenShop {
  readonly urls: {
    readonly site: string;
    readonly stripe: string;
    readonly management: string;
    readonly webhook: string;
  };
  readonly credentials: {
    readonly gui: { readonly user: string; readonly password: string };
    readonly admin: { readonly email: string; readonly password: string };
  };
  readonly logDirectory: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The whole shop with the demo catalogue, shared by every journey that does not break things. */
    shop: OpenShop;
  }
}

/** A shop that runs already, such as the one of `docker compose up`, with the logins of development. */
function runningShop(site: string): OpenShop {
  return {
    urls: {
      site,
      stripe: process.env.SHOP_STRIPE_URL ?? 'http://localhost:4242',
      management: process.env.SHOP_MANAGEMENT_URL ?? 'http://localhost:15672',
      webhook: process.env.SHOP_WEBHOOK_URL ?? 'http://localhost:8000/webhook',
    },
    credentials: {
      gui: { user: 'admin', password: 'admin' },
      admin: { email: 'admin@micromall.test', password: 'admin' },
    },
    // Its logs are read elsewhere.
    logDirectory: '/nonexistent',
  };
}

/** Starts the shop of the journeys; with SHOP_URL they go to the shop at that address instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const address = process.env.SHOP_URL;
  if (address !== undefined && address !== '') {
    project.provide('shop', runningShop(address));
    return async () => undefined;
  }
  const directory = await mkdtemp(join(tmpdir(), 'micromall-journeys-'));
  const shop = await startShop({
    directory,
    throwaway: true,
    environment: { ...process.env, ATTEMPTS_PER_ADDRESS: '100000' },
  });
  const { site, stripe = '', management, webhook } = shop.urls;
  const { gui, admin } = shop.credentials;
  project.provide('shop', {
    urls: { site, stripe, management, webhook },
    credentials: { gui, admin },
    logDirectory: shop.logDirectory,
  });
  return async () => {
    await shop.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
