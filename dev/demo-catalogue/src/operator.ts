import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { names, type RpcContract } from '@micromall/contracts';
import { type ChannelModel, connect } from 'amqplib';
import { z } from 'zod';

const pollMs = 200;
/** A broker that boots, then services that start: as long as `npm start` waits for each. */
const reachableWithinMs = 150_000;

export interface Asking {
  /** Names the call to its service, which does the work of one name once. */
  readonly callId?: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** Asks as the operator does in the RabbitMQ GUI: straight into the queue. */
export interface Operator {
  /**
   * Resolves with what stands beside `ok: true` in the answer. Rejects when the service refuses, or is late.
   */
  ask(contract: RpcContract, request: object, asking: Asking): Promise<unknown>;
  close(): Promise<void>;
}

const failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

/** @param whileUnreachable called once, when there is no broker yet */
async function connectOnceReachable(url: string, whileUnreachable: () => void): Promise<ChannelModel> {
  const deadline = Date.now() + reachableWithinMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect(url, { noDelay: true });
    } catch (error) {
      if (!isUnreachable(error) || Date.now() > deadline) throw error;
      if (attempt === 1) whileUnreachable();
      await delay(pollMs);
    }
  }
}

/**
 * Logs in at a broker that may still be booting. Rejects when it refuses the login, or is not there in time.
 * @param url with the login of the shop's operator
 * @param whileUnreachable called once, when there is no broker yet
 */
export async function connectOperator(url: string, whileUnreachable: () => void): Promise<Operator> {
  const connection = await connectOnceReachable(url, whileUnreachable);
  const channel = await connection.createChannel();
  const { queue: replyQueue } = await channel.assertQueue(`reply.seed.${randomUUID()}`, {
    exclusive: true,
    autoDelete: true,
  });
  await channel.bindQueue(replyQueue, names.replyExchange, replyQueue);
  const waiting = new Map<string, (body: unknown) => void>();
  await channel.consume(
    replyQueue,
    (message) => {
      const answer = waiting.get(String(message?.properties.correlationId));
      if (message && answer) answer(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );

  return {
    async ask(contract, request, { callId: correlationId = randomUUID(), timeoutMs }) {
      const body = await new Promise<unknown>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${contract.queue} did not answer`)), timeoutMs);
        waiting.set(correlationId, (answer) => {
          clearTimeout(late);
          resolve(answer);
        });
        const options = { correlationId, replyTo: replyQueue, contentType: 'application/json' };
        channel.sendToQueue(contract.queue, Buffer.from(JSON.stringify(request)), options);
      }).finally(() => waiting.delete(correlationId));
      const failed = failure.safeParse(body);
      if (failed.success) throw new Error(`${contract.queue}: ${failed.data.error.message}`);
      const { ok: _ok, ...response } = z.looseObject({ ok: z.literal(true) }).parse(body);
      return response;
    },
    close: () => connection.close(),
  };
}
