import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Shop, silentOutput, startShop } from '@micromall/launcher';
import type { Operator } from '@micromall/test-kit/operator';
import { operatorAt } from '@micromall/test-kit/operator';
import { addressOf, type ShopAddress } from '@micromall/test-kit/shop/address';
import { z } from 'zod';
import type { PlannedProduct } from './plan/visits.js';

const productReply = z.object({ product: z.object({ productId: z.string() }) });

/** A shop of the drill's own, with its own broker, database and stand-in for Stripe. */
export interface DrillShop {
  readonly shop: Shop;
  readonly address: ShopAddress;
  readonly operator: Operator;
  /** Puts the plan's products up for sale; returns their ids, in their order. */
  stock(products: readonly PlannedProduct[]): Promise<string[]>;
  /** Processes that ended without having been killed by the drill, a sentence each. */
  endedByThemselves(): readonly string[];
  /** @param keeps whether data and logs stay; returns where they are then */
  close(keeps: boolean): Promise<string | undefined>;
}

/** A drill kills its own broker and database, never those that the environment names. */
const neverInherited = ['MONGO_URL', 'RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_URL', 'STRIPE_PRIVATE_KEY'];

/**
 * @param variables what the services are told beyond their defaults
 * @param signal stops the start half-way
 */
export async function openShop(variables: Record<string, string>, signal?: AbortSignal): Promise<DrillShop> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-drill-'));
  const inherited = Object.entries(process.env).filter(([name]) => !neverInherited.includes(name));
  const ended: string[] = [];
  const shop = await startShop({
    directory,
    throwaway: true,
    seed: false,
    output: {
      ...silentOutput,
      // The launcher says so of whatever it did not stop itself.
      print: (line) => void (/starting it again/.test(line) && ended.push(line)),
    },
    // All shoppers come from one address.
    environment: { ...Object.fromEntries(inherited), ATTEMPTS_PER_ADDRESS: '10000000', ...variables },
    ...(signal ? { signal } : {}),
  });
  const address = addressOf(shop);
  const operator = operatorAt(address);
  return {
    shop,
    address,
    operator,
    async stock(products) {
      const ids: string[] = [];
      for (const { name, price, stock: quantity } of products) {
        const reply = await operator.ask('create-product', { name, price, quantity });
        ids.push(productReply.parse(reply).product.productId);
      }
      return ids;
    },
    endedByThemselves: () => ended,
    async close(keeps) {
      await shop.stop();
      if (keeps) return directory;
      await rm(directory, { recursive: true, force: true });
      return undefined;
    },
  };
}
