import { brokerDefinitions, names, retryDelaysMs, type ServiceName } from '@micromall/contracts';
import type { Vhost } from '@micromall/test-kit';

/**
 * Makes the retry queues of a service a hundred times as quick, so that a test can wait for the last try.
 * @returns the delays in milliseconds
 */
export async function quickenRetries(vhost: Vhost, service: ServiceName): Promise<number[]> {
  const here = encodeURIComponent(vhost.name);
  const { queues } = brokerDefinitions(vhost.name);
  return Promise.all(
    retryDelaysMs.map(async (delayMs) => {
      const queue = names.retryQueue(service, delayMs);
      const quick = Math.ceil(delayMs / 100);
      const defined = queues.find(({ name }) => name === queue)?.arguments;
      await vhost.management.remove(`queues/${here}/${queue}`);
      await vhost.management.put(`queues/${here}/${queue}`, {
        durable: true,
        auto_delete: false,
        arguments: { ...defined, 'x-message-ttl': quick },
      });
      await vhost.management.post(`bindings/${here}/e/${names.retryExchange(service)}/q/${queue}`, {
        routing_key: String(delayMs),
        arguments: {},
      });
      return quick;
    }),
  );
}
