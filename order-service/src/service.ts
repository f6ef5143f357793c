import {
  acceptOrder,
  cancelCheckout,
  confirmPayment,
  deliverOrder,
  getOrder,
  getOrders,
  paymentExpired,
  paymentRefunded,
  paymentRefundFailed,
  paymentSucceeded,
  placeOrder,
  quoteOrder,
  refund,
  shipOrder,
  stockShort,
} from '@micromall/contracts';
import {
  type Environment,
  type PlatformWithDatabase,
  type RunningService,
  startInterval,
  startServiceWithDatabase,
} from '@micromall/platform';
import { type Config, readConfig } from './config.js';
import { createContext } from './context.js';
import { handleAcceptOrder } from './handlers/accept-order.js';
import { handleCancelCheckout } from './handlers/cancel-checkout.js';
import { handleConfirmPayment } from './handlers/confirm-payment.js';
import { handleDeliverOrder } from './handlers/deliver-order.js';
import { handleGetOrder } from './handlers/get-order.js';
import { handleGetOrders } from './handlers/get-orders.js';
import { handlePaymentExpired } from './handlers/on-payment-expired.js';
import { handlePaymentRefundFailed } from './handlers/on-payment-refund-failed.js';
import { handlePaymentRefunded } from './handlers/on-payment-refunded.js';
import { handlePaymentSucceeded } from './handlers/on-payment-succeeded.js';
import { handleStockShort } from './handlers/on-stock-short.js';
import { handlePlaceOrder } from './handlers/place-order.js';
import { handleQuoteOrder } from './handlers/quote-order.js';
import { handleRefund } from './handlers/refund.js';
import { handleShipOrder } from './handlers/ship-order.js';
import { measureGauges } from './jobs/gauges.js';
import { startOutboxRelay } from './jobs/outbox-relay.js';
import { sweep } from './jobs/sweeper.js';

/**
 * Starts order-service: orders and the checkout saga.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startOrderService(environment: Environment): Promise<RunningService> {
  const config = readConfig(environment);
  return startServiceWithDatabase('order-service', config, (platform) => build(platform, config));
}

async function build(platform: PlatformWithDatabase, config: Config): Promise<void> {
  const { server, consumer, logger } = platform;
  const context = await createContext(platform, config);

  server.serve(quoteOrder, handleQuoteOrder(context));
  server.serve(placeOrder, handlePlaceOrder(context));
  server.serve(confirmPayment, handleConfirmPayment(context));
  server.serve(cancelCheckout, handleCancelCheckout(context));
  server.serve(getOrders, handleGetOrders(context));
  server.serve(getOrder, handleGetOrder(context));
  server.serve(acceptOrder, handleAcceptOrder(context));
  server.serve(shipOrder, handleShipOrder(context));
  server.serve(deliverOrder, handleDeliverOrder(context));
  server.serve(refund, handleRefund(context));

  consumer.on(paymentSucceeded, handlePaymentSucceeded(context));
  consumer.on(paymentExpired, handlePaymentExpired(context));
  consumer.on(paymentRefunded, handlePaymentRefunded(context));
  consumer.on(paymentRefundFailed, handlePaymentRefundFailed(context));
  consumer.on(stockShort, handleStockShort(context));

  // Stopped in the reverse order: first nobody makes new events, then those in hand are sent.
  const relaying = startOutboxRelay(context);
  platform.onStop(() => relaying.stop());
  const sweeping = startInterval(config.CHECKOUT_SWEEP_MS, () => sweep(context), logger);
  platform.onStop(() => sweeping.stop());
  const measuring = startInterval(config.CHECKOUT_SWEEP_MS, () => measureGauges(context), logger);
  platform.onStop(() => measuring.stop());
}
