import { join } from 'node:path';
import type { ShopPorts } from './ports.js';
import type { Secrets } from './secrets.js';

/** What the environment of a service is made from. */
export interface PlanContext {
  readonly ports: ShopPorts;
  readonly secrets: Secrets;
  /** The shop's data directory. */
  readonly directory: string;
  /** Whether payments go to the stand-in rather than to Stripe. */
  readonly sandbox: boolean;
  /** For a broker user of that name. */
  brokerUrl(user: string): string;
  /** For a service's own database. */
  mongoUrl(database: string): string;
}

type Values = Readonly<Record<string, string>>;

export interface ProgramPlan {
  /** Its log, its broker user, its database. */
  readonly name: string;
  /** Its workspace, from the root of the repository. */
  readonly folder: string;
  /** The program, from its folder. */
  readonly main: string;
  /** Set whatever the user's environment says: addresses that the launcher decides. */
  readonly fixed: (shop: PlanContext) => Values;
  /** Set unless the user's environment says otherwise. */
  readonly defaults: (shop: PlanContext) => Values;
}

export function siteUrl(ports: ShopPorts): string {
  return `http://localhost:${ports.site}`;
}

export function stripeUrl(ports: ShopPorts): string {
  return `http://localhost:${ports.stripe}`;
}

type ValuesFor = ProgramPlan['fixed'];
const none: ValuesFor = () => ({});

function service(name: string, fixed: ValuesFor = none, defaults: ValuesFor = none): ProgramPlan {
  return {
    name,
    folder: name,
    main: 'dist/main.js',
    fixed: (shop) => ({
      RABBITMQ_URL: shop.brokerUrl(name),
      MONGO_URL: shop.mongoUrl(name),
      OPERATIONS_PORT: String(shop.ports.operations[name] ?? 0),
      ...fixed(shop),
    }),
    defaults: (shop) => ({ NODE_ENV: 'development', LOG_LEVEL: 'info', ...defaults(shop) }),
  };
}

/** Every service, with what it is told beyond its broker, its database and its operations port. */
const servicePlans: readonly ProgramPlan[] = [
  service('auth-service'),
  service('product-service'),
  service('cart-service'),
  service('order-service'),
  service(
    'payment-service',
    (shop) => ({
      PORT: String(shop.ports.webhook),
      ...(shop.sandbox
        ? {
            STRIPE_API_URL: `http://127.0.0.1:${shop.ports.stripe}`,
            STRIPE_PRIVATE_KEY: shop.secrets.sandboxApiKey,
          }
        : {}),
    }),
    // Stripe signs with a secret of its own, which only the user can know.
    (shop) => ({
      SITE_URL: siteUrl(shop.ports),
      ...(shop.sandbox ? { STRIPE_WEBHOOK_SECRET: shop.secrets.stripeWebhookSecret } : {}),
    }),
  ),
  service(
    'frontend-service',
    (shop) => ({ PORT: String(shop.ports.site) }),
    (shop) => ({
      SITE_URL: siteUrl(shop.ports),
      SESSION_SECRET: shop.secrets.sessionSecret,
      ...(shop.sandbox ? { CHECKOUT_ORIGIN: stripeUrl(shop.ports) } : {}),
    }),
  ),
];

/** The stand-in for Stripe, used when there is no key. */
const sandboxPlan: ProgramPlan = {
  name: 'stripe-sandbox',
  folder: 'dev/stripe-sandbox',
  main: 'dist/main.js',
  fixed: (shop) => ({
    PORT: String(shop.ports.stripe),
    SANDBOX_DIRECTORY: join(shop.directory, 'stripe-sandbox'),
    SANDBOX_API_KEY: shop.secrets.sandboxApiKey,
    WEBHOOK_ENDPOINT_URL: `http://127.0.0.1:${shop.ports.webhook}/webhook`,
  }),
  defaults: (shop) => ({
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    PUBLIC_URL: stripeUrl(shop.ports),
    STRIPE_WEBHOOK_SECRET: shop.secrets.stripeWebhookSecret,
  }),
};

/** Every program of the shop. */
export interface ShopPlan {
  readonly services: readonly ProgramPlan[];
  readonly sandbox: ProgramPlan;
}

export const shopPlan: ShopPlan = { services: servicePlans, sandbox: sandboxPlan };
