import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Shop, type ShopOptions, startShop, until } from '@micromall/launcher';
import { addressOf } from '@micromall/test-kit/shop/address';
import { settlesWithin, TestShop } from '@micromall/test-kit/shop/test-shop';
import { manyShoppers, quickSweeps, webhookSecret } from '@micromall/test-kit/shop/variables';
import { expect } from 'vitest';

/** A shop of one test file, whose processes may be killed. */
export class OwnShop extends TestShop {
  private constructor(
    readonly shop: Shop,
    readonly directory: string,
  ) {
    super(addressOf(shop));
  }

  /** @param variables what this shop does differently */
  static async open(
    variables: Record<string, string> = {},
    options: Pick<ShopOptions, 'prometheus' | 'output'> = {},
  ): Promise<OwnShop> {
    const directory = await mkdtemp(join(tmpdir(), 'micromall-faults-'));
    const environment = {
      ...process.env,
      ...manyShoppers,
      ...quickSweeps,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
      ...variables,
    };
    const shop = await startShop({ directory, throwaway: true, seed: false, environment, ...options });
    return new OwnShop(shop, directory);
  }

  async close(): Promise<void> {
    await this.shop.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** The status with which a service answers `/readyz`; undefined when it does not answer. */
  async readiness(service: string): Promise<number | undefined> {
    const answer = await fetch(`${this.shop.urls.operations(service)}/readyz`).catch(() => undefined);
    return answer?.status;
  }

  /** Waits until a process that died has been started again and is ready. */
  async comesBack(service: string, died: number | undefined): Promise<void> {
    const process = this.shop.process(service);
    const isBack = async () =>
      process.pid() !== undefined && process.pid() !== died && (await this.readiness(service)) === 200;
    expect(await until(isBack, settlesWithin.timeout), `${service} is back`).toBe(true);
  }
}
