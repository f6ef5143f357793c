import {
  changeProduct,
  createProduct,
  type ReservationLine,
  type RpcRequestInput,
  reserveStock,
  stockShort,
} from '@micromall/contracts';
import type { Environment, RunningService } from '@micromall/platform';
import { expectOk, Harness, metricSum, settleWithinMs } from '@micromall/test-kit';
import { startProductService } from '../src/service.js';
import { orderEvents } from './order-events.js';
import { storedProducts } from './stored-products.js';

export type ProductHarness = Awaited<ReturnType<typeof startProductHarness>>;

const inHalfAnHour = () => new Date(Date.now() + 30 * 60_000).toISOString();

/** product-service with the site and order-service, which the test plays. */
export async function startProductHarness(variables: Environment = {}, replicas = 1) {
  const harness = await Harness.start('product-service');
  const [frontend, order, admin, shopper, database] = await Promise.all([
    harness.peer('frontend-service'),
    harness.peer('order-service'),
    harness.person('admin'),
    harness.person(),
    harness.database(),
  ]);
  const { rpc } = frontend.platform;
  const services: RunningService[] = [];
  for (let replica = 0; replica < replicas; replica += 1) {
    services.push(harness.keep(await startProductService(harness.environment(variables))));
  }
  const metric = (name: string, labels: Record<string, string> = {}) => metricSum(services, name, labels);
  const reserve = (orderId: string, lines: ReservationLine[], expiresAt = inHalfAnHour()) =>
    order.platform.rpc.call(reserveStock, { orderId, lines, expiresAt }, { timeoutMs: settleWithinMs });

  return {
    harness,
    database,
    /** Calls as frontend-service. */
    rpc,
    admin,
    shopper,
    metric,
    /** What order-service consumed of paid orders that can't be fulfilled. */
    shortages: () =>
      harness.events
        .filter(({ event }) => event === stockShort.name)
        .map(({ messageId, payload }) => ({ messageId, payload })),
    /** Creates a product as an admin, and returns its id. */
    async product(quantity: number, more: Partial<RpcRequestInput<typeof createProduct>> = {}) {
      const request = { name: 'Stoneware mug', price: 1850, quantity, ...more };
      return expectOk(await rpc.call(createProduct, request, admin)).product.productId;
    },
    change: (productId: string, qty: number) => rpc.call(changeProduct, { productId, qty }, admin),
    reserve,
    async mustReserve(...order: Parameters<typeof reserve>): Promise<void> {
      expectOk(await reserve(...order));
    },
    ...orderEvents(order.platform.publisher, metric),
    ...storedProducts(database),
  };
}
