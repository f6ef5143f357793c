import { join } from 'node:path';
import { webhookEvents } from '@micromall/payment-service/webhook-events';
import type { Environment } from '../setup/machine.mjs';
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

type Names = Readonly<Record<string, string>>;

export interface ProgramPlan {
  /** Its folder, its log, its broker user, its database. */
  readonly name: string;
  /** The program, from the root of the repository. */
  readonly main: string;
  /** Set whatever the user's environment says: addresses that the launcher decides. */
  readonly fixed: (shop: PlanContext) => Names;
  /** Set unless the user's environment says otherwise. */
  readonly defaults: (shop: PlanContext) => Names;
}

export function siteUrl(ports: ShopPorts): string {
  return `http://localhost:${ports.site}`;
}

export function stripeUrl(ports: ShopPorts): string {
  return `http://localhost:${ports.stripe}`;
}

type NamesFor = ProgramPlan['fixed'];
const nothing: NamesFor = () => ({});

function service(name: string, fixed: NamesFor = nothing, defaults: NamesFor = nothing): ProgramPlan {
  return {
    name,
    main: `${name}/dist/main.js`,
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
  main: 'dev/stripe-sandbox/dist/main.js',
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
    WEBHOOK_EVENTS: webhookEvents.join(','),
  }),
};

/** Every program of the shop. */
export interface ShopPlan {
  readonly services: readonly ProgramPlan[];
  readonly sandbox: ProgramPlan;
}

export const shopPlan: ShopPlan = { services: servicePlans, sandbox: sandboxPlan };

/** Meant for the launcher, for npm, or for the shell rather than for a service. */
const KEPT_BACK =
  /^(npm_.*|PORT|HOST|FAILPOINT|RABBITMQ_MANAGEMENT_URL|DATA_DIRECTORY|SITE_PORT|WEBHOOK_PORT|STRIPE_SANDBOX_PORT|PROMETHEUS)$/i;

/** Secrets of the user's own that only some programs may know, with those who may. */
const CONFIDED: Readonly<Record<string, readonly string[]>> = {
  STRIPE_PRIVATE_KEY: ['payment-service'],
  STRIPE_WEBHOOK_SECRET: ['payment-service', 'stripe-sandbox'],
  SESSION_SECRET: ['frontend-service'],
  FIRST_ADMIN_PASSWORD: ['auth-service'],
};

function mayKnow(program: string, variable: string): boolean {
  return CONFIDED[variable]?.includes(program) ?? true;
}

/** The whole environment of one program: its defaults, the user's own variables, what the launcher decides. */
export function environmentOf(plan: ProgramPlan, shop: PlanContext, given: Environment): Environment {
  const own = Object.entries(given).filter(
    ([name, value]) => !KEPT_BACK.test(name) && mayKnow(plan.name, name) && value !== '',
  );
  return { ...plan.defaults(shop), ...Object.fromEntries(own), ...plan.fixed(shop) };
}
