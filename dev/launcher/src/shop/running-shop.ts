import type { Fleet } from './fleet.js';
import type { BrokerFoundation, DatabaseFoundation } from './foundations.js';
import type { LogFiles } from './log-files.js';
import { siteUrl, stripeUrl } from './plan.js';
import type { ShopPorts } from './ports.js';
import type { Secrets } from './secrets.js';
import type { Shop, ShopProcess } from './shop-types.js';

/** What a started shop is made of. */
export interface ShopParts {
  readonly ports: ShopPorts;
  readonly secrets: Secrets;
  readonly sandbox: boolean;
  readonly database: DatabaseFoundation;
  readonly broker: BrokerFoundation;
  readonly fleet: Fleet;
  readonly logs: LogFiles;
  stop(): Promise<void>;
}

const PROCESS_GRACE_MS = 8000;
/** Made by the seed data in development when the shop has no admin. */
const FIRST_ADMIN = { email: 'admin@micromall.test', password: 'admin' };

function shopProcess(name: string, { fleet, logs }: ShopParts): ShopProcess {
  const unit = fleet.member(name);
  if (unit === undefined) throw new Error(`The shop runs no process called ${name}.`);
  const stop = () => unit.stop(PROCESS_GRACE_MS);
  return {
    name,
    logFile: logs.pathOf(name),
    pid: unit.pid,
    kill: unit.signal,
    stop,
    start: unit.start,
    async restart(besides) {
      await stop();
      await unit.start(besides);
    },
  };
}

/** A started shop as its users see it. */
export function runningShop(parts: ShopParts): Shop {
  const { ports, secrets, sandbox, database, broker, fleet, logs } = parts;
  return {
    urls: {
      site: siteUrl(ports),
      webhook: `http://127.0.0.1:${ports.webhook}/webhook`,
      stripe: sandbox ? stripeUrl(ports) : undefined,
      management: broker.managementUrl,
      amqp: broker.url,
      mongo: database.url,
      prometheus: fleet.names().includes('prometheus') ? `http://localhost:${ports.prometheus}` : undefined,
      operations: (service) => `http://127.0.0.1:${ports.operations[service]}`,
    },
    ports,
    credentials: {
      gui: broker.operator,
      admin: FIRST_ADMIN,
      brokerPasswords: secrets.brokerPasswords,
    },
    descriptions: { broker: broker.description, database: database.description },
    logDirectory: logs.directory,
    processNames: fleet.names(),
    process: (name) => shopProcess(name, parts),
    stop: parts.stop,
    kill: fleet.kill,
  };
}
