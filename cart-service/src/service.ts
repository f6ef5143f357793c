import {
  changeCart,
  deleteCart,
  getCart,
  mergeCart,
  orderPaid,
  reviewCart,
  settleCart,
} from '@micromall/contracts';
import { type Environment, type RunningService, startServiceWithDatabase } from '@micromall/platform';
import { readConfig } from './config.js';
import { createContext } from './context.js';
import { handleChangeCart } from './handlers/change-cart.js';
import { handleDeleteCart } from './handlers/delete-cart.js';
import { handleGetCart } from './handlers/get-cart.js';
import { handleMergeCart } from './handlers/merge-cart.js';
import { handleOrderPaid } from './handlers/on-order-paid.js';
import { handleReviewCart } from './handlers/review-cart.js';
import { handleSettleCart } from './handlers/settle-cart.js';

/**
 * Starts cart-service: the carts of guests and accounts.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startCartService(environment: Environment): Promise<RunningService> {
  const config = readConfig(environment);
  return startServiceWithDatabase('cart-service', config, async (platform) => {
    const context = await createContext(platform, config);
    platform.server.serve(getCart, handleGetCart(context));
    platform.server.serve(reviewCart, handleReviewCart(context));
    platform.server.serve(changeCart, handleChangeCart(context));
    platform.server.serve(deleteCart, handleDeleteCart(context));
    platform.server.serve(mergeCart, handleMergeCart(context));
    platform.server.serve(settleCart, handleSettleCart(context));
    platform.consumer.on(orderPaid, handleOrderPaid(context));
  });
}
