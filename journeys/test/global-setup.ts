import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShop } from '@micromall/dev';
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
