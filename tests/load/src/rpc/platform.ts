import { checkPayment, eventContracts } from '@micromall/contracts';
import { startPeer } from '@micromall/test-kit/peer';
import { reply, request } from './calls.js';

/** The same echo as a service of the shop would serve it. */
export async function servePlatform(url: string): Promise<void> {
  await startPeer('payment-service', url, ({ server, consumer }) => {
    for (const contract of Object.values(eventContracts)) {
      if (contract.subscribers.includes('payment-service')) consumer.on(contract, async () => undefined);
    }
    server.serve(checkPayment, async () => reply);
  });
}

export async function callPlatform(url: string): Promise<() => Promise<unknown>> {
  const { platform } = await startPeer('order-service', url, ({ consumer }) => {
    for (const contract of Object.values(eventContracts)) {
      if (contract.subscribers.includes('order-service')) consumer.on(contract, async () => undefined);
    }
  });
  return () => platform.rpc.call(checkPayment, request);
}
