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
import { Archive, Shelf, type Table } from './shelf.js';

/** Records of one kind have the same attributes; lmdb writes their names once, under this key. */
const STRUCTURES = Symbol.for('structures');
/** Stripe keeps a key at least a day: https://docs.stripe.com/api/idempotent_requests */
const IDEMPOTENCY_LIFETIME_MS = 24 * 60 * 60 * 1000;
const EVENT_LIFETIME_SECONDS = 24 * 60 * 60;
/** Events beyond this number are forgotten, oldest first, so that a load test can't fill the memory. */
export const MAXIMUM_EVENTS = 20_000;
/** Applies only without a directory: on disk, saved answers cost no memory and live their whole day. */
const MAXIMUM_ANSWERS_IN_MEMORY = 20_000;

/**
 * Everything the stand-in knows. Reads come from memory. Writes made in one turn of the event loop reach the
 * disk together or not at all (lmdb batches them into one transaction), so a payment is never half there.
 */
export class Store {
  readonly customers: Shelf<CustomerRecord>;
  readonly sessions: Shelf<SessionRecord>;
  readonly paymentIntents: Shelf<PaymentIntentRecord>;
  readonly charges: Shelf<ChargeRecord>;
  readonly refunds: Shelf<RefundRecord>;
  readonly disputes: Shelf<DisputeRecord>;
  readonly endpoints: Shelf<EndpointRecord>;
  readonly events: Shelf<EventRecord>;
  /** The JSON of each event's `data`, by event id. */
  readonly eventData: Archive<string>;
  readonly answers: Archive<IdempotencyRecord>;
  /** Sessions that may still be paid or expire; the only ones the clock has to look at. */
  readonly openSessions = new Set<string>();
  /** Refunds whose status will still change by itself. */
  readonly unsettledRefunds = new Set<string>();
  /** Which record a part belongs to: products and shipping rates to sessions, cards and balances to charges. */
  readonly #owners = new Map<string, string>();
  readonly #customersByEmail = new Map<string, Set<string>>();
  readonly #root: RootDatabase | null;
  #sequence = 0;

  /** @param directory where to keep the data; undefined keeps it in memory only */
  constructor(directory: string | undefined) {
    this.#root = directory === undefined ? null : openDatabase(directory);
    this.customers = this.#shelf('customers', (customer) => this.#indexCustomer(customer));
    this.sessions = this.#shelf('sessions', (session) => this.#indexSession(session));
    this.paymentIntents = this.#shelf('payment-intents', () => {});
    this.charges = this.#shelf('charges', (charge) => this.#indexCharge(charge));
    this.refunds = this.#shelf('refunds', (refund) => this.#indexRefund(refund));
    this.disputes = this.#shelf('disputes', () => {});
    this.endpoints = this.#shelf('webhook-endpoints', () => {});
    this.events = this.#shelf('events', () => {});
    this.eventData = new Archive(this.#table('event-data'));
    this.answers = new Archive(this.#table('idempotent-answers'));
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  customersWithEmail(email: string): CustomerRecord[] {
    const found = [...(this.#customersByEmail.get(email) ?? [])].flatMap(
      (id) => this.customers.get(id) ?? [],
    );
    return found.filter((customer) => customer.email === email).sort((a, b) => b.sequence - a.sequence);
  }

  /** The id of the record in which the thing with this id lives, for things that have no shelf of their own. */
  ownerOf(partId: string): string | undefined {
    return this.#owners.get(partId);
  }

  /** Resolves when everything written so far is on the disk and survives a power cut. */
  async durable(): Promise<void> {
    await this.#root?.flushed;
  }

  /** Forgets events older than a day or beyond the limit, and saved answers older than a day. */
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

  #table<V>(name: string): Table<V> | null {
    return this.#root ? this.#root.openDB<V, string>({ name, sharedStructuresKey: STRUCTURES }) : null;
  }

  #shelf<V extends StoredRecord>(name: string, index: (record: V) => void): Shelf<V> {
    return new Shelf(this.#table<V>(name), (record) => {
      if (record.sequence > this.#sequence) this.#sequence = record.sequence;
      index(record);
    });
  }

  #indexCustomer(customer: CustomerRecord): void {
    if (customer.email === null) return;
    const known = this.#customersByEmail.get(customer.email);
    if (known) known.add(customer.id);
    else this.#customersByEmail.set(customer.email, new Set([customer.id]));
  }

  #indexRefund(refund: RefundRecord): void {
    if (refund.settlesAt === null) this.unsettledRefunds.delete(refund.id);
    else this.unsettledRefunds.add(refund.id);
    this.#owners.set(refund.balanceTransaction, refund.id);
  }

  #indexSession(session: SessionRecord): void {
    if (session.status === 'open') this.openSessions.add(session.id);
    else this.openSessions.delete(session.id);
    const first = session.lines[0];
    // The parts never change, so the first write of a session is the only one that has to name them.
    if (first && this.#owners.has(first.product.id)) return;
    for (const line of session.lines) this.#owners.set(line.product.id, session.id);
    for (const option of session.shippingOptions) this.#owners.set(option.id, session.id);
  }

  #indexCharge(charge: ChargeRecord): void {
    this.#owners.set(charge.card.paymentMethod, charge.id);
    if (charge.balanceTransaction !== null) this.#owners.set(charge.balanceTransaction, charge.id);
  }
}

function openDatabase(directory: string): RootDatabase {
  mkdirSync(directory, { recursive: true });
  return open({ path: directory, maxDbs: 16, compression: true });
}
