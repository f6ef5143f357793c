import { operatorName, type ServiceName } from '@micromall/contracts';
import { serviceVariables, type Values, type Variables, variable } from '@micromall/platform/variables';
import { z } from 'zod';

/** A password becomes part of an address, and the compose file can't escape what an address can't carry. */
const password = z
  .string()
  .regex(/^[\w.~-]{5,}$/, 'must have at least 5 characters, of letters, digits and . _ ~ - only');

/** Its default is in the compose file for everybody to read, so production refuses it. */
function passwordOf(meaning: string, initial: string) {
  return variable(password, { meaning, default: initial, example: '4fJx0aVqTz7-iB2nR9wL', secret: true });
}

function passwordOfService(service: ServiceName) {
  const meaning = `In containers: the password of ${service} at the broker and, where it has one, at its database.`;
  return passwordOf(meaning, `${service}-for-development`);
}

/** Each service's own password for the broker and the database. */
export const servicePasswords = {
  'auth-service': 'AUTH_SERVICE_PASSWORD',
  'cart-service': 'CART_SERVICE_PASSWORD',
  'frontend-service': 'FRONTEND_SERVICE_PASSWORD',
  'order-service': 'ORDER_SERVICE_PASSWORD',
  'payment-service': 'PAYMENT_SERVICE_PASSWORD',
  'product-service': 'PRODUCT_SERVICE_PASSWORD',
} as const satisfies Record<ServiceName, string>;

/** The passwords of everything that runs in containers. MongoDB keeps those of its first start. */
export const passwordVariables = {
  AUTH_SERVICE_PASSWORD: passwordOfService('auth-service'),
  CART_SERVICE_PASSWORD: passwordOfService('cart-service'),
  FRONTEND_SERVICE_PASSWORD: passwordOfService('frontend-service'),
  ORDER_SERVICE_PASSWORD: passwordOfService('order-service'),
  PAYMENT_SERVICE_PASSWORD: passwordOfService('payment-service'),
  PRODUCT_SERVICE_PASSWORD: passwordOfService('product-service'),
  RABBITMQ_ADMIN_PASSWORD: passwordOf(
    `In containers: the password of ${operatorName} in the RabbitMQ GUI.`,
    'admin',
  ),
  MONGO_ROOT_PASSWORD: passwordOf(
    "In containers: the password of root, MongoDB's administrator. MongoDB keeps the one of its first start.",
    'root-for-development',
  ),
  MONGODB_EXPORTER_PASSWORD: passwordOf(
    "In containers: the password with which MongoDB's numbers are read for Prometheus.",
    'exporter-for-development',
  ),
  GRAFANA_ADMIN_PASSWORD: passwordOf('In containers: the password of admin in Grafana.', 'admin'),
  MONGO_EXPRESS_PASSWORD: passwordOf(
    'In containers: the password of admin in the database browser (profile `tools`).',
    'admin',
  ),
} as const satisfies Variables;

/** What the job reads that makes the broker's definitions. */
export const preparationVariables = {
  NODE_ENV: serviceVariables.NODE_ENV,
  ...passwordVariables,
  DEFINITIONS_FILE: variable(z.string().min(1), {
    meaning: "Where the broker's definitions are written.",
    example: '/var/lib/micromall/broker/definitions.json',
  }),
} as const satisfies Variables;

export type PreparationSettings = Values<typeof preparationVariables>;
