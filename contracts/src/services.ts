/**
 * Every service of the shop. The same word names its folder, its broker user, its exchanges
 * (`rpc.<service>`, `events.<service>`), its database and its `service` label in logs and metrics.
 */
export const serviceNames = [
  'auth-service',
  'cart-service',
  'frontend-service',
  'order-service',
  'payment-service',
  'product-service',
] as const;

/** See {@link serviceNames}. */
export type ServiceName = (typeof serviceNames)[number];

/** The RabbitMQ GUI's user in development: may publish into any queue and read any answer. */
export const operatorName = 'admin';
