import { createServer } from 'node:http';
import {
  checkPayment,
  expireCheckout,
  openCheckout,
  orderPaid,
  orderRefundRequested,
} from '@micromall/contracts';
import {
  closeServer,
  type Environment,
  listen,
  type PlatformWithDatabase,
  portOf,
  type RunningService,
  repeatEvery,
  startServiceWithDatabase,
} from '@micromall/platform';
import { createPaidLately } from './checkouts/paid-lately.js';
import { type Config, readConfig } from './config.js';
import { createContext } from './context.js';
import { handleCheckPayment } from './handlers/check-payment.js';
import { handleExpireCheckout } from './handlers/expire-checkout.js';
import { handleOrderPaid } from './handlers/on-order-paid.js';
import { handleRefundRequested } from './handlers/on-order-refund-requested.js';
import { handleOpenCheckout } from './handlers/open-checkout.js';
import { sweep } from './sweeper.js';
import { createWebhookApp } from './webhook/app.js';

export interface RunningPaymentService extends RunningService {
  /** Where Stripe's events are taken. */
  readonly webhookPort: number;
}

/**
 * Starts payment-service: checkout sessions, webhooks, refunds.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startPaymentService(environment: Environment): Promise<RunningPaymentService> {
  const config = readConfig(environment);
  let webhookPort = config.PORT;
  const running = await startServiceWithDatabase('payment-service', config, async (platform) => {
    webhookPort = await build(platform, config);
  });
  return { ...running, webhookPort };
}

/** @returns the port on which Stripe's events are taken */
async function build(platform: PlatformWithDatabase, config: Config): Promise<number> {
  const { server, consumer, logger } = platform;
  const context = await createContext(platform, config);

  server.serve(openCheckout, handleOpenCheckout(context));
  server.serve(checkPayment, handleCheckPayment(context));
  server.serve(expireCheckout, handleExpireCheckout(context));
  consumer.on(orderPaid, handleOrderPaid(context));
  consumer.on(orderRefundRequested, handleRefundRequested(context));

  const http = createServer(createWebhookApp(context));
  await listen(http, config.PORT, config.HOST);
  platform.onStop(() => closeServer(http));
  const sweeping = repeatEvery(config.SWEEP_MS, () => sweep(context), logger);
  platform.onStop(() => sweeping.stop());
  const asking = repeatEvery(config.PAID_LATELY_MS, createPaidLately(context), logger);
  platform.onStop(() => asking.stop());
  return portOf(http);
}
