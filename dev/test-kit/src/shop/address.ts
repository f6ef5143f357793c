import { operatorName, serviceNames } from '@micromall/contracts';
import type { Shop } from '@micromall/launcher';

/** A running shop as a test in another process can know it. */
export interface ShopAddress {
  readonly urls: {
    readonly site: string;
    readonly stripe: string;
    readonly webhook: string;
    /** The RabbitMQ GUI. */
    readonly management: string;
    /** AMQP, as the operator. */
    readonly broker: string;
    /** By service: where `/readyz` and `/metrics` are. */
    readonly operations: Readonly<Record<string, string>>;
    /** By service: its database. */
    readonly databases: Readonly<Record<string, string>>;
  };
  readonly credentials: {
    readonly gui: { readonly user: string; readonly password: string };
    readonly admin: { readonly email: string; readonly password: string };
  };
  readonly logDirectory: string;
}

export function addressOf({ urls, credentials, logDirectory }: Shop): ShopAddress {
  const byService = (url: (service: string) => string) =>
    Object.fromEntries(serviceNames.map((service) => [service, url(service)]));
  const { gui, admin } = credentials;
  const broker = new URL(urls.amqp(operatorName));
  broker.username = gui.user;
  broker.password = gui.password;
  return {
    urls: {
      site: urls.site,
      stripe: urls.stripe ?? '',
      webhook: urls.webhook,
      management: urls.management,
      broker: broker.href,
      operations: byService(urls.operations),
      databases: byService(urls.mongo),
    },
    credentials: { gui, admin },
    logDirectory,
  };
}

/**
 * A shop that runs already, such as the one of `docker compose up`, with the logins of development.
 * @param site the address of its site
 */
export function runningShop(site: string): ShopAddress {
  return {
    urls: {
      site,
      stripe: process.env.SHOP_STRIPE_URL ?? 'http://localhost:4242',
      webhook: process.env.SHOP_WEBHOOK_URL ?? 'http://localhost:8000/webhook',
      management: process.env.SHOP_MANAGEMENT_URL ?? 'http://localhost:15672',
      broker: process.env.SHOP_BROKER_URL ?? 'amqp://admin:admin@localhost:5672',
      // Not published there.
      operations: {},
      databases: {},
    },
    credentials: {
      gui: { user: 'admin', password: 'admin' },
      admin: { email: 'admin@micromall.test', password: 'admin' },
    },
    logDirectory: '/nonexistent',
  };
}
