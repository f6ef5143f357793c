import { createServer } from 'node:http';
import {
  checkPayment,
  expireCheckout,
  openCheckout,
  orderMissing,
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
  startInterval,
  startServiceWithDatabase,
} from '@micromall/platform';
import { type Config, readConfig } from './config.js';
import { createContext } from './context.js';
import { handleCheckPayment } from './handlers/check-payment.js';
import { handleExpireCheckout } from './handlers/expire-checkout.js';
import { handleOrderMissing } from './handlers/on-order-missing.js';
import { handleOrderPaid } from './handlers/on-order-paid.js';
import { handleRefundRequested } from './handlers/on-order-refund-requested.js';
import { handleOpenCheckout } from './handlers/open-checkout.js';
import { createWebhookApp } from './handlers/webhook.js';
import { readEventLog } from './jobs/event-log-reader.js';
import { measureGauges } from './jobs/gauges.js';
import { sweep } from './jobs/sweeper.js';

export interface RunningPaymentService extends RunningService {
  /** The port on which Stripe's events are taken. */
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
  consumer.on(orderMissing, handleOrderMissing(context));
  consumer.on(orderPaid, handleOrderPaid(context));
  consumer.on(orderRefundRequested, handleRefundRequested(context));

  const http = createServer(createWebhookApp(context));
  await listen(http, config.PORT, config.HOST);
  platform.onStop(() => closeServer(http));
  const sweeping = startInterval(
    config.SWEEP_MS,
    async () => {
      await sweep(context);
      await measureGauges(context);
    },
    logger,
  );
  platform.onStop(() => sweeping.stop());
  const reading = startInterval(config.EVENT_LOG_MS, () => readEventLog(context), logger);
  platform.onStop(() => reading.stop());
  return portOf(http);
}
