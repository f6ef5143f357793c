import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import type {
  ChargeRecord,
  CustomerRecord,
  DisputeRecord,
  EndpointRecord,
  EventRecord,
  IdempotencyRecord,
  PaymentIntentRecord,
  RefundRecord,
  SessionRecord,
  StoredRecord,
} from './records.js';
import { type DiskTable, RecordTable, TextTable } from './table.js';

/** Records of one kind have the same attributes; lmdb writes their names once, under this key. */
const STRUCTURES = Symbol.for('structures');
/** Stripe stores a key at least a day: https://docs.stripe.com/api/idempotent_requests */
const IDEMPOTENCY_LIFETIME_MS = 24 * 60 * 60 * 1000;
const EVENT_LIFETIME_SECONDS = 24 * 60 * 60;
/** Events beyond this number are removed, oldest first, so that a load test can't fill the memory. */
export const MAXIMUM_EVENTS = 20_000;
/** Applies only without a directory: on disk, saved answers cost no memory and live their whole day. */
const MAXIMUM_ANSWERS_IN_MEMORY = 20_000;

/**
 * Everything the stand-in knows. Reads come from memory. Writes made in one turn of the event loop reach the
 * disk together or not at all (lmdb batches them into one transaction), so a payment is never half there.
 */
export class Store {
  readonly customers: RecordTable<CustomerRecord>;
  readonly sessions: RecordTable<SessionRecord>;
  readonly paymentIntents: RecordTable<PaymentIntentRecord>;
  readonly charges: RecordTable<ChargeRecord>;
  readonly refunds: RecordTable<RefundRecord>;
  readonly disputes: RecordTable<DisputeRecord>;
  readonly endpoints: RecordTable<EndpointRecord>;
  readonly events: RecordTable<EventRecord>;
  /** The JSON of each event's `data`, by event id. */
  readonly eventData: TextTable<string>;
  readonly answers: TextTable<IdempotencyRecord>;
  /** Sessions that may still be paid or expire. */
  readonly openSessions = new Set<string>();
  /** Refunds whose status will still change by itself. */
  readonly unsettledRefunds = new Set<string>();
  readonly #root: RootDatabase | null;
  #sequence = 0;

  /** @param directory where the data is stored; undefined means in memory only */
  constructor(directory: string | undefined) {
    this.#root = directory === undefined ? null : openDatabase(directory);
    this.customers = this.#records('customers');
    this.sessions = this.#records('sessions', ({ id, status }) => {
      if (status === 'open') this.openSessions.add(id);
      else this.openSessions.delete(id);
    });
    this.paymentIntents = this.#records('payment-intents');
    this.charges = this.#records('charges');
    this.refunds = this.#records('refunds', ({ id, settlesAt }) => {
      if (settlesAt === null) this.unsettledRefunds.delete(id);
      else this.unsettledRefunds.add(id);
    });
    this.disputes = this.#records('disputes');
    this.endpoints = this.#records('webhook-endpoints');
    this.events = this.#records('events');
    this.eventData = new TextTable(this.#disk('event-data'));
    this.answers = new TextTable(this.#disk('idempotent-answers'));
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Resolves when everything written so far is on the disk and survives a power cut. */
  async durable(): Promise<void> {
    await this.#root?.flushed;
  }

  /** Removes events older than a day or beyond the limit, and saved answers older than a day. */
  prune(): void {
    this.#pruneEvents();
    this.#pruneAnswers();
  }

  async close(): Promise<void> {
    await this.#root?.flushed;
    await this.#root?.close();
  }

  #pruneEvents(): void {
    const oldest = Math.floor(Date.now() / 1000) - EVENT_LIFETIME_SECONDS;
    let surplus = this.events.size - MAXIMUM_EVENTS;
    for (const event of this.events.values()) {
      if (surplus <= 0 && event.created >= oldest) return;
      surplus -= 1;
      this.events.remove(event.id);
      this.eventData.remove(event.id);
    }
  }

  #pruneAnswers(): void {
    const oldest = Date.now() - IDEMPOTENCY_LIFETIME_MS;
    let surplus = this.answers.sizeInMemory - MAXIMUM_ANSWERS_IN_MEMORY;
    for (const [key, answer] of this.answers.entries()) {
      if (surplus > 0 || answer.savedAt < oldest) this.answers.remove(key);
      surplus -= 1;
    }
  }

  #disk<V>(name: string): DiskTable<V> | null {
    return this.#root ? this.#root.openDB<V, string>({ name, sharedStructuresKey: STRUCTURES }) : null;
  }

  #records<V extends StoredRecord>(name: string, index?: (record: V) => void): RecordTable<V> {
    return new RecordTable(this.#disk<V>(name), (record) => {
      this.#sequence = Math.max(this.#sequence, record.sequence);
      index?.(record);
    });
  }
}

function openDatabase(directory: string): RootDatabase {
  mkdirSync(directory, { recursive: true });
  return open({ path: directory, maxDbs: 16, compression: true });
}
