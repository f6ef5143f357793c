import type { LogFiles } from '../logs/log-files.js';
import type { ProcessGroup } from '../processes/process-group.js';
import type { Database, ShopBroker } from './backing-services.js';
import { type ProgramPlan, siteUrl, stripeUrl } from './plan.js';
import type { ChosenPorts, MovedPort } from './ports.js';
import type { Secrets } from './secrets.js';
import type { Shop, ShopProcess } from './shop.js';

/** What a started shop is made of. */
export interface ShopParts extends ChosenPorts {
  readonly secrets: Secrets;
  readonly sandbox: boolean;
  readonly plans: readonly ProgramPlan[];
  readonly database: Database;
  readonly broker: ShopBroker;
  readonly processes: ProcessGroup;
  readonly logs: LogFiles;
  stop(): Promise<void>;
}

const PROCESS_GRACE_MS = 8000;
/** Made by the seed data in development when the shop has no admin. */
const FIRST_ADMIN = { email: 'admin@micromall.test', password: 'admin' };

function shopProcess(name: string, { plans, processes, logs }: ShopParts): ShopProcess {
  const program = processes.member(name);
  if (program === undefined) throw new Error(`The shop runs no process called ${name}.`);
  const stop = () => program.stop(PROCESS_GRACE_MS);
  return {
    name,
    folder: plans.find((plan) => plan.name === name)?.folder,
    logFile: logs.pathOf(name),
    pid: program.pid,
    kill: program.signal,
    stop,
    start: program.start,
    async restart(variables) {
      await stop();
      await program.start(variables);
    },
  };
}

/** Without the ports of what does not run here. */
function movedPorts({ moved, broker, database, processes }: ShopParts): MovedPort[] {
  const isUsed: Readonly<Record<string, boolean>> = {
    amqp: broker.program !== undefined,
    management: broker.program !== undefined,
    brokerMetrics: broker.program !== undefined,
    mongo: database.program !== undefined,
    prometheus: processes.names().includes('prometheus'),
  };
  return moved.filter(({ name }) => isUsed[name] ?? true);
}

/** A started shop as its users see it. */
export function runningShop(parts: ShopParts): Shop {
  const { ports, secrets, sandbox, database, broker, processes, logs } = parts;
  const hasPrometheus = processes.names().includes('prometheus');
  return {
    urls: {
      site: siteUrl(ports),
      webhook: `http://127.0.0.1:${ports.webhook}/webhook`,
      stripe: sandbox ? stripeUrl(ports) : undefined,
      management: broker.managementUrl,
      amqp: broker.url,
      mongo: database.url,
      prometheus: hasPrometheus ? `http://localhost:${ports.prometheus}` : undefined,
      operations: (service) => `http://127.0.0.1:${ports.operations[service]}`,
    },
    ports,
    movedPorts: movedPorts(parts),
    credentials: {
      gui: broker.operator,
      admin: FIRST_ADMIN,
      brokerPasswords: secrets.brokerPasswords,
    },
    descriptions: { broker: broker.description, database: database.description },
    logDirectory: logs.directory,
    processNames: processes.names(),
    process: (name) => shopProcess(name, parts),
    stop: parts.stop,
    kill: processes.kill,
  };
}
