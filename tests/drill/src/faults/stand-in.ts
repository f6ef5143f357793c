import { type StripeFault, type Weather, weathers } from '../plan/incidents.js';
import { notYet, persist } from '../shoppers/patience.js';

const patienceMs = 4 * 60_000;

/** The control API of the stand-in for Stripe: how its webhooks and its API misbehave. */
export interface StandIn {
  /** How webhooks are delivered from now on, also by a stand-in that was killed and has forgotten it. */
  setWeather(weather: Weather, seed: number): Promise<void>;
  weather(): Weather;
  addFault(fault: StripeFault): Promise<void>;
  /** Everything goes well from now on, as soon as the stand-in answers. */
  behave(): Promise<void>;
  /** To be called when the stand-in has been started again: it remembers payments, but not how to misbehave. */
  remind(): Promise<void>;
  /** Lets the payment page of a session run out as soon as the stand-in answers, if it is still open. */
  expire(sessionId: string): Promise<void>;
}

export function standInAt(stripe: string): StandIn {
  let weather: Weather = 'fair';
  let weatherSeed = 1;

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

  async function remind(): Promise<void> {
    const behaviour = { ...weathers[weather], seed: weatherSeed };
    await expectOk(await control('PUT', '/webhooks', behaviour), `the weather ${weather}`);
  }

  return {
    async setWeather(wanted, seed) {
      weather = wanted;
      weatherSeed = seed;
      await remind();
    },
    weather: () => weather,
    async addFault(fault) {
      await expectOk(await control('POST', '/api-faults', fault), 'a fault');
    },
    async behave() {
      weather = 'fair';
      await persist('good behaviour', patienceMs, async () => {
        await remind();
        const forgotten = await control('DELETE', '/api-faults');
        return forgotten.ok ? { forgotten } : notYet(String(forgotten.status));
      });
    },
    remind,
    async expire(sessionId) {
      await persist('letting a payment page run out', patienceMs, async () => {
        const { status } = await control('POST', `/sessions/${sessionId}/expire`, {});
        // 409: it has ended otherwise, which is as good.
        return status === 200 || status === 409 ? { status } : notYet(String(status));
      });
    },
  };
}
