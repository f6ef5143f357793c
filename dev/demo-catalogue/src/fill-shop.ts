import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { catalog, createProduct, type RpcContract } from '@micromall/contracts';
import { type Channel, connect } from 'amqplib';
import { z } from 'zod';
import { type DemoProduct, demoProducts } from './index.js';
import type { PictureOf } from './studio.js';

/** How many products are made at once: one is drawn while another is stored. */
const hands = 3;
const answerWithinMs = 30_000;

/** Which shop is filled. */
export interface ShopToFill {
  /** The broker, with the login of the shop's operator. */
  readonly operatorUrl: string;
  /** A file that is there while the shop is half filled. */
  readonly marker: string;
}

/**
 * Fills an empty shop with the demo catalogue; leaves any other as it is. A start that ended half-way is taken up
 * again: each product is asked for under a name of its own, which product-service remembers.
 */
export async function fillEmptyShop(
  { operatorUrl, marker }: ShopToFill,
  pictureOf: PictureOf,
): Promise<'filled' | 'left as it was'> {
  const connection = await connect(operatorUrl, { noDelay: true });
  try {
    const ask = await asker(await connection.createChannel());
    const { total } = catalog.response.parse(await ask(catalog, { pageSize: 1 }, randomUUID()));
    if (total > 0 && !existsSync(marker)) return 'left as it was';
    writeFileSync(marker, '');
    // The catalogue shows the newest first, so the last one made is the first one seen.
    const waiting = [...demoProducts];
    async function work(): Promise<void> {
      for (let product = waiting.pop(); product; product = waiting.pop()) {
        await add(ask, product, await pictureOf(product));
      }
    }
    await Promise.all(Array.from({ length: hands }, work));
    rmSync(marker);
    return 'filled';
  } finally {
    await connection.close();
  }
}

async function add(ask: Ask, product: DemoProduct, picture: Buffer): Promise<void> {
  const { name, description, category, price, quantity, key } = product;
  const imageBase64 = picture.toString('base64');
  await ask(createProduct, { name, description, category, price, quantity, imageBase64 }, `demo:${key}`);
}

/** Resolves with what stands beside `ok: true` in the answer. */
type Ask = (contract: RpcContract, request: object, callId: string) => Promise<unknown>;

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Asks as the shop's operator does in the RabbitMQ GUI: straight into the queue. */
async function asker(channel: Channel): Promise<Ask> {
  const { queue: replyQueue } = await channel.assertQueue(`reply.seed.${randomUUID()}`, {
    exclusive: true,
    autoDelete: true,
  });
  await channel.bindQueue(replyQueue, 'reply', replyQueue);
  const waiting = new Map<string, (body: unknown) => void>();
  await channel.consume(
    replyQueue,
    (message) => {
      const answer = waiting.get(String(message?.properties.correlationId));
      if (message && answer) answer(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );
  return async (contract, request, callId) => {
    const body = await new Promise<unknown>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${contract.queue} did not answer`)), answerWithinMs);
      waiting.set(callId, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
      const options = { correlationId: callId, replyTo: replyQueue, contentType: 'application/json' };
      channel.sendToQueue(contract.queue, Buffer.from(JSON.stringify(request)), options);
    });
    const failed = failure.safeParse(body);
    if (failed.success) throw new Error(`${contract.queue}: ${failed.data.error.message}`);
    const { ok: _ok, ...response } = z.looseObject({ ok: z.literal(true) }).parse(body);
    return response;
  };
}
