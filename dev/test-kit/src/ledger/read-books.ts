import { names, serviceNames, virtualHost } from '@micromall/contracts';
import type { Management } from '@micromall/launcher/broker/management';
import { MongoClient, ObjectId } from 'mongodb';
import { z } from 'zod';
import type { ShopAddress } from '../shop/address.js';
import {
  type Books,
  orderEntry,
  type ParkedMessage,
  type Payment,
  type ProductEntry,
  payment,
} from './books.js';

const ledgerReply = z.object({ payments: z.array(payment) });

const objectId = z.instanceof(ObjectId).transform((id) => id.toHexString());
const productDocument = z.object({
  _id: objectId,
  name: z.string(),
  available: z.int(),
  reserved: z.int(),
  sold: z.int(),
  holds: z.array(z.object({ orderId: objectId, quantity: z.int() })),
});

const queueList = z.array(z.object({ name: z.string(), messages: z.int().default(0) }));
const parkedMessages = z.array(
  z.object({
    properties: z.object({
      headers: z
        .object({ 'x-reason': z.string().default('unknown'), 'x-first-error': z.string().default('') })
        .default({ 'x-reason': 'unknown', 'x-first-error': '' }),
    }),
  }),
);

/** The most parked messages of one queue that are looked into. */
const mostParked = 20;
const answerWithinMs = 10_000;

/** Where the books of a shop lie, and how many of each product (by id) were ever put in. */
export interface Bookkeeping {
  readonly urls: Pick<ShopAddress['urls'], 'stripe' | 'databases'>;
  readonly stocked: ReadonlyMap<string, number>;
}

/** Every payment that the stand-in took, with what it gave back. */
export async function readPayments(stripe: string): Promise<Payment[]> {
  const response = await fetch(`${stripe}/sandbox/ledger`, { signal: AbortSignal.timeout(answerWithinMs) });
  return ledgerReply.parse(await response.json()).payments;
}

/** Payments, orders and stock, read from the databases themselves: nobody's word is taken for it. */
export async function readMoneyAndStock({
  urls,
  stocked,
}: Bookkeeping): Promise<Omit<Books, 'events' | 'parked'>> {
  const payments = await readPayments(urls.stripe);
  const orders = await inDatabase(urls, 'order-service', 'orders', (document) => orderEntry.parse(document));
  const found = await inDatabase(urls, 'product-service', 'products', (document) =>
    productDocument.parse(document),
  );
  const products = found.flatMap(({ _id: productId, ...counts }): ProductEntry[] => {
    const count = stocked.get(productId);
    return count === undefined ? [] : [{ productId, stocked: count, ...counts }];
  });
  return { payments, orders, products };
}

async function inDatabase<Entry>(
  { databases }: Bookkeeping['urls'],
  service: string,
  collection: string,
  parse: (document: unknown) => Entry,
): Promise<Entry[]> {
  const client = new MongoClient(databases[service] ?? '', { serverSelectionTimeoutMS: answerWithinMs });
  try {
    return (await client.db().collection(collection).find().toArray()).map(parse);
  } finally {
    await client.close();
  }
}

/** What lies in the dead letters, left where it is. */
export async function readParked(management: Management): Promise<ParkedMessage[]> {
  const vhost = encodeURIComponent(virtualHost);
  const parking = new Set(serviceNames.map(names.parkingQueue));
  const queues = queueList.parse(await management.get(`queues/${vhost}?columns=name,messages`));
  const filled = queues.filter(({ name, messages }) => parking.has(name) && messages > 0);
  const parked: ParkedMessage[] = [];
  for (const { name: queue } of filled) {
    const order = { count: mostParked, ackmode: 'ack_requeue_true', encoding: 'auto' };
    const found = parkedMessages.parse(
      await management.post(`queues/${vhost}/${encodeURIComponent(queue)}/get`, order),
    );
    for (const { properties } of found) {
      const { 'x-reason': reason, 'x-first-error': firstError } = properties.headers;
      parked.push({ queue, reason, firstError });
    }
  }
  return parked;
}
