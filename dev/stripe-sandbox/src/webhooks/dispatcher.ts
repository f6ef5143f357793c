import type { Logger } from '@micromall/platform/logging';
import { toEvent } from '../domain/events.js';
import type { DeliveryRecord, DeliveryTry, EventRecord } from '../store/records.js';
import type { Store } from '../store/store.js';
import { WebhookFaults } from './faults.js';
import { postEvent } from './post.js';

const MAXIMUM_IN_FLIGHT = 16;
const REORDER_WINDOW_MS = 100;
const STOP_GRACE_MS = 1_000;

interface Job {
  event: string;
  endpoint: string;
}

/**
 * Delivers events at least once, in no promised order, and repeats what failed with growing delays. What is
 * still to be delivered is read from the store at the start, so nothing is lost when the process ends.
 */
export class WebhookDispatcher {
  readonly faults = new WebhookFaults();
  readonly #store: Store;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #inFlight = new Set<Promise<void>>();
  #queue: Job[] = [];
  #held: Job[] = [];
  #stopped = false;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** Takes up what an earlier run left undelivered. */
  start(): void {
    for (const event of this.#store.events.values()) {
      for (const delivery of event.deliveries) {
        if (delivery.state !== 'pending') continue;
        this.#schedule({ event: event.id, endpoint: delivery.endpoint }, delivery.nextTryAt - Date.now());
      }
    }
  }

  /** Begins delivering a new event to every endpoint that asked for it. */
  announce(event: EventRecord): void {
    for (const delivery of event.deliveries) {
      this.#schedule({ event: event.id, endpoint: delivery.endpoint }, this.faults.behaviour.delayMs);
    }
  }

  /** To be called when the faults have changed: a pause may be over. */
  resume(): void {
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const grace = new Promise<void>((resolve) => setTimeout(resolve, STOP_GRACE_MS).unref());
    await Promise.race([Promise.allSettled(this.#inFlight), grace]);
    this.#abort.abort();
    await Promise.allSettled(this.#inFlight);
  }

  #schedule(job: Job, delayMs: number): void {
    if (this.#stopped) return;
    if (delayMs <= 0) {
      this.#enqueue(job);
      return;
    }
    this.#later(delayMs, () => this.#enqueue(job));
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  #enqueue(job: Job): void {
    if (!this.faults.behaviour.reorder) {
      this.#queue.push(job);
      this.#pump();
      return;
    }
    this.#held.push(job);
    if (this.#held.length > 1) return;
    this.#later(REORDER_WINDOW_MS, () => {
      this.#queue.push(...this.faults.shuffled(this.#held));
      this.#held = [];
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#stopped && !this.faults.behaviour.paused && this.#inFlight.size < this.#limit()) {
      const job = this.#queue.shift();
      if (!job) return;
      const work = this.#deliver(job).catch((error: unknown) => {
        this.#log.error({ err: error, event: job.event }, 'a delivery failed');
      });
      this.#inFlight.add(work);
      void work.finally(() => {
        this.#inFlight.delete(work);
        this.#pump();
      });
    }
  }

  /** With several in flight the receiver would see them in any order; a reordering drill wants its own order. */
  #limit(): number {
    return this.faults.behaviour.reorder ? 1 : MAXIMUM_IN_FLIGHT;
  }

  async #deliver(job: Job): Promise<void> {
    const event = this.#store.events.get(job.event);
    if (!event) return;
    const endpoint = this.#store.endpoints.get(job.endpoint);
    if (!endpoint || endpoint.status === 'disabled') {
      this.#conclude(job, [failedTry('the endpoint is gone or disabled')], 'failed');
      return;
    }
    // A crash must not undo a payment whose event was sent.
    await this.#store.durable();
    const body = JSON.stringify(toEvent(event, { store: this.#store }));
    const copies = Array.from({ length: 1 + this.faults.behaviour.duplicate }, () =>
      this.#try(endpoint.url, endpoint.secret, body),
    );
    const tries = await Promise.all(copies);
    const delivered = tries.some((one) => one.status !== null && one.status >= 200 && one.status < 300);
    this.#conclude(job, tries, delivered ? 'delivered' : 'pending');
  }

  async #try(url: string, secret: string, body: string): Promise<DeliveryTry> {
    if (this.faults.drops()) return failedTry('dropped on purpose');
    const at = Date.now();
    const result = await postEvent(url, secret, body, this.#abort.signal);
    return { at, durationMs: Date.now() - at, ...result };
  }

  /** Writes down what happened; a delivery that is still pending is tried again until its repetitions are used up. */
  #conclude(job: Job, tries: DeliveryTry[], outcome: DeliveryRecord['state']): void {
    const event = this.#store.events.get(job.event);
    const before = event?.deliveries.find((delivery) => delivery.endpoint === job.endpoint);
    if (!event || !before) return;
    const repetitions = this.faults.behaviour.retryDelaysMs;
    const delay = outcome === 'pending' ? repetitions[before.failures] : undefined;
    const state = outcome === 'pending' && delay === undefined ? 'failed' : outcome;
    const after: DeliveryRecord = {
      ...before,
      state,
      failures: before.failures + (outcome === 'delivered' ? 0 : 1),
      nextTryAt: Date.now() + (delay ?? 0),
      tries: [...before.tries, ...tries],
    };
    this.#store.events.put({
      ...event,
      deliveries: event.deliveries.map((delivery) => (delivery === before ? after : delivery)),
    });
    if (state !== 'delivered') this.#report(event, after);
    if (state === 'pending' && !this.#stopped) this.#schedule(job, delay ?? 0);
  }

  #report(event: EventRecord, delivery: DeliveryRecord): void {
    const last = delivery.tries.at(-1);
    this.#log.warn(
      {
        event: event.id,
        type: event.type,
        endpoint: delivery.endpoint,
        status: last?.status,
        reason: last?.error,
      },
      delivery.state === 'failed' ? 'webhook given up' : 'webhook not taken, will try again',
    );
  }
}

function failedTry(error: string): DeliveryTry {
  return { at: Date.now(), durationMs: 0, status: null, error };
}
