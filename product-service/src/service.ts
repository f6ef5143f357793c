import {
  catalog,
  changeProduct,
  createProduct,
  getImage,
  orderCancelled,
  orderPaid,
  orderRefunded,
  reserveStock,
} from '@micromall/contracts';
import {
  type Environment,
  type PlatformWithDatabase,
  type RunningService,
  startServiceWithDatabase,
} from '@micromall/platform';
import { type Config, readConfig } from './config.js';
import { createContext } from './context.js';
import { handleCatalog } from './handlers/catalog.js';
import { handleChangeProduct } from './handlers/change-product.js';
import { handleCreateProduct } from './handlers/create-product.js';
import { handleGetImage } from './handlers/get-image.js';
import { handleOrderCancelled } from './handlers/on-order-cancelled.js';
import { handleOrderPaid } from './handlers/on-order-paid.js';
import { handleOrderRefunded } from './handlers/on-order-refunded.js';
import { handleReserveStock } from './handlers/reserve-stock.js';
import { startReservationSweeper } from './jobs/reservation-sweeper.js';

/**
 * Starts product-service: catalogue, images, stock and reservations.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startProductService(environment: Environment): Promise<RunningService> {
  const config = readConfig(environment);
  return startServiceWithDatabase('product-service', config, (platform) => build(platform, config));
}

async function build(platform: PlatformWithDatabase, config: Config): Promise<void> {
  const context = await createContext(platform, config);
  platform.server.serve(catalog, handleCatalog(context));
  platform.server.serve(getImage, handleGetImage(context));
  platform.server.serve(createProduct, handleCreateProduct(context));
  platform.server.serve(changeProduct, handleChangeProduct(context));
  platform.server.serve(reserveStock, handleReserveStock(context));
  platform.consumer.on(orderPaid, handleOrderPaid(context));
  platform.consumer.on(orderCancelled, handleOrderCancelled(context));
  platform.consumer.on(orderRefunded, handleOrderRefunded(context));

  const sweeper = startReservationSweeper(context, platform.logger, {
    everyMs: config.RESERVATION_SWEEP_MS,
    graceMs: config.RESERVATION_GRACE_MS,
  });
  platform.onStop(() => sweeper.stop());
  platform.onStop(() => context.pictures.stop());
}
