import { type Delivery, deliveries, type StripeFault } from '../plan/faults.js';
import { notYet, retry } from '../shoppers/retry.js';

const timeoutMs = 4 * 60_000;

/** The control API of the stand-in for Stripe: how its webhooks and its API misbehave. */
export interface StandIn {
  /** How webhooks are delivered from now on, also by a stand-in that was killed meanwhile. */
  setDelivery(delivery: Delivery, seed: number): Promise<void>;
  delivery(): Delivery;
  addFault(fault: StripeFault): Promise<void>;
  /** Everything goes well from now on, as soon as the stand-in answers. */
  behave(): Promise<void>;
  /** To be called when the stand-in was started again: it keeps payments, but not how to misbehave. */
  restoreDelivery(): Promise<void>;
  /** Lets the payment page of a session run out as soon as the stand-in answers, if it is still open. */
  expire(sessionId: string): Promise<void>;
}

export function standInAt(stripe: string): StandIn {
  let delivery: Delivery = 'normal';
  let deliverySeed = 1;

  async function control(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<Response> {
    const response = await fetch(`${stripe}/sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    return response;
  }

  async function expectOk(response: Response, what: string): Promise<void> {
    if (!response.ok) throw new Error(`the stand-in answered ${response.status} to ${what}`);
  }

  async function restoreDelivery(): Promise<void> {
    const behaviour = { ...deliveries[delivery], seed: deliverySeed };
    await expectOk(await control('PUT', '/webhooks', behaviour), `the delivery ${delivery}`);
  }

  return {
    async setDelivery(wanted, seed) {
      delivery = wanted;
      deliverySeed = seed;
      await restoreDelivery();
    },
    delivery: () => delivery,
    async addFault(fault) {
      await expectOk(await control('POST', '/api-faults', fault), 'a fault');
    },
    async behave() {
      delivery = 'normal';
      await retry('good behaviour', timeoutMs, async () => {
        await restoreDelivery();
        const forgotten = await control('DELETE', '/api-faults');
        return forgotten.ok ? { forgotten } : notYet(String(forgotten.status));
      });
    },
    restoreDelivery,
    async expire(sessionId) {
      await retry('letting a payment page run out', timeoutMs, async () => {
        const { status } = await control('POST', `/sessions/${sessionId}/expire`, {});
        // 409: it has ended otherwise, which is as good.
        return status === 200 || status === 409 ? { status } : notYet(String(status));
      });
    },
  };
}
