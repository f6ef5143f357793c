import { operatorName, serviceNames } from '@micromall/contracts';
import { type Management, managementApi } from '@micromall/launcher/broker/management';
import { loadTopology, pathPart } from '@micromall/launcher/broker/topology';
import { z } from 'zod';
import { type Gui, guiOf } from './gui.js';

/** What every user of a throwaway broker logs in with. */
export function testPassword(user: string): string {
  return user === operatorName ? 'admin' : `${user}-password`;
}

const overviewShape = z.object({
  listeners: z.array(z.object({ protocol: z.string(), port: z.number() })),
});
/** A virtual host with the shop's whole topology in it, apart from every other test's. */
export interface Vhost extends Gui {
  readonly name: string;
  /** For RABBITMQ_URL: `user` is a service, or `admin`. */
  amqpUrl(user: string): string;
  /** RabbitMQ's HTTP API as the administrator; paths begin after `/api/`. */
  readonly management: Management;
  remove(): Promise<void>;
}

/**
 * Makes a virtual host with the topology and permissions of the contracts on the broker whose GUI is at
 * `managementUrl`. The users are the broker's own, with the passwords of `testPassword`.
 */
export async function createVhost(managementUrl: string, name: string): Promise<Vhost> {
  const management = managementApi(managementUrl, {
    user: operatorName,
    password: testPassword(operatorName),
  });
  const { listeners } = overviewShape.parse(await management.get('overview'));
  const amqpPort = listeners.find((listener) => listener.protocol === 'amqp')?.port;
  if (amqpPort === undefined) throw new Error(`The broker behind ${managementUrl} has no AMQP listener.`);
  const { hostname } = new URL(managementUrl);
  await loadTopology(management, name, [operatorName, ...serviceNames]);

  return {
    name,
    management,
    amqpUrl(user) {
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(testPassword(user))}`;
      return `amqp://${login}@${hostname}:${amqpPort}/${pathPart(name)}`;
    },
    ...guiOf(management, name),
    remove: () => management.remove(`vhosts/${pathPart(name)}`),
  };
}
