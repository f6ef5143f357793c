import { randomUUID } from 'node:crypto';
import {
  allRpcContracts,
  names,
  type RpcContract,
  type RpcReply,
  type RpcRequestInput,
  type ServiceName,
} from '@micromall/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { currentTraceparent } from '../trace.js';
import { Circuits } from './circuits.js';
import { type RemoteFault, RpcError, type RpcFault, type RpcUnavailable, remoteFaults } from './errors.js';
import { headerNames } from './headers.js';
import type { BrokerLink, KeptChannel } from './link.js';

/** More than this many calls at once are answered `busy` at once instead of piling up. */
const largestInFlight = 1_000;
/** Of so many calls that nobody waits for any more it is known whose a late answer is. */
const rememberedTimeouts = 1_000;

export interface CallOptions {
  /** The identity of the person for whom the call is made, as auth-service signed it. */
  identity?: string | undefined;
  /** How long to wait, in milliseconds, if not as long as the contract says. */
  timeoutMs?: number | undefined;
}

interface PendingCall {
  resolve(reply: Buffer): void;
  reject(error: RpcError): void;
  readonly queue: string;
}

const failedReply = z.object({
  ok: z.literal(false),
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

/**
 * Asks other services: one exclusive reply queue for the whole process, answers matched by correlation id.
 *
 * Requests are published without confirms, which would wake this process once more for each call and make it a third
 * slower: a request that the broker refuses because the queue is full ends as a timeout, like one that nobody takes.
 */
export class RpcClient {
  readonly #pending = new Map<string, PendingCall>();
  /** The queues of calls that timed out, by correlation id, oldest first. */
  readonly #timedOut = new Map<string, string>();
  readonly #circuits: Circuits;
  #requests: KeptChannel<Channel> | undefined;
  #replies: KeptChannel<Channel> | undefined;
  #replyQueue = '';
  #draining = false;
  /** Makes the ids of calls unique over all processes without asking for randomness at each call. */
  readonly #instance = randomUUID();
  #calls = 0;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerLink,
    private readonly consuming: BrokerLink,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    this.#circuits = new Circuits(logger, metrics);
  }

  async open(): Promise<void> {
    for (const { callers, queue } of allRpcContracts) {
      if (callers.includes(this.service)) this.metrics.rpcCircuitOpen.set({ queue }, 0);
    }
    this.#requests = await this.publishing.keepChannel(
      async (channel) => this.#prepareRequests(channel),
      () => this.#failAll('the connection to the broker was lost'),
    );
    this.#replies = await this.consuming.keepChannel(
      (channel) => this.#prepareReplies(channel),
      () => this.#failAll('the connection to the broker was lost'),
    );
  }

  /**
   * Makes one call and waits for its answer.
   * @returns the answer: `ok: true` with what the contract promises, or `ok: false` with one of its failures
   * @throws {RpcError} for everything that the contract does not name: see {@link RpcFault}
   */
  async call<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options: CallOptions = {},
  ): Promise<RpcReply<Contract>> {
    const started = performance.now();
    let outcome = 'ok';
    this.metrics.rpcCallsInFlight.inc();
    const passage = this.#circuits.passage(contract.queue);
    try {
      if (passage === 'refused')
        throw new RpcError('circuit-open', contract.queue, 'nobody has answered lately');
      const content = await this.#exchange(contract, request, options);
      const reply = parseReply(contract, content);
      if (!reply.ok) outcome = reply.error.code;
      return reply;
    } catch (error) {
      outcome = 'failed';
      if (error instanceof RpcError) {
        outcome = error.fault;
        this.#circuits.failed(contract.queue, passage, error.fault);
      }
      throw error;
    } finally {
      this.metrics.rpcCallsInFlight.dec();
      this.metrics.rpcCalls.inc({ queue: contract.queue, outcome });
      this.metrics.rpcCallSeconds.observe({ queue: contract.queue }, (performance.now() - started) / 1_000);
    }
  }

  /**
   * Makes one call, for callers that can do without its answer.
   * @returns the answer, or the failure `unavailable` in place of an {@link RpcError}; other errors are thrown
   */
  async tryCall<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options: CallOptions = {},
  ): Promise<RpcReply<Contract> | RpcUnavailable> {
    try {
      return await this.call(contract, request, options);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      return { ok: false, error: { code: 'unavailable', message: error.message, cause: error } };
    }
  }

  /** How many calls wait for an answer. */
  get inFlight(): number {
    return this.#pending.size;
  }

  #exchange(contract: RpcContract, request: unknown, options: CallOptions): Promise<Buffer> {
    const channel = this.#requests?.current;
    const { queue } = contract;
    if (!channel || !this.#replies?.current || !this.#replyQueue) {
      return Promise.reject(new RpcError('disconnected', queue, 'there is no connection to the broker'));
    }
    if (this.publishing.blocked || this.#draining || this.#pending.size >= largestInFlight) {
      return Promise.reject(new RpcError('busy', queue, 'too many calls wait already'));
    }
    const timeoutMs = options.timeoutMs ?? contract.timeoutMs;
    const correlationId = `${this.#instance}-${(++this.#calls).toString(36)}`;
    const headers: Record<string, string | number> = {
      [headerNames.traceparent]: currentTraceparent(),
      [headerNames.deadline]: Date.now() + timeoutMs,
    };
    if (options.identity) headers[headerNames.identity] = options.identity;

    return new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        settle();
        this.#rememberTimeout(correlationId, queue);
        reject(new RpcError('timeout', queue, `no answer within ${timeoutMs} ms (call ${correlationId})`));
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#pending.delete(correlationId);
      };
      const pending: PendingCall = {
        queue,
        resolve: (content) => {
          settle();
          resolve(content);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#pending.set(correlationId, pending);
      const flushed = channel.publish(
        names.rpcExchange(contract.owner),
        queue,
        Buffer.from(JSON.stringify(request)),
        {
          mandatory: true,
          correlationId,
          replyTo: this.#replyQueue,
          // The broker drops a request that nobody waits for any more; the deadline header says it to the consumer.
          expiration: String(timeoutMs),
          contentType: 'application/json',
          userId: this.service,
          headers,
        },
      );
      this.#draining = !flushed;
    });
  }

  #prepareRequests(channel: Channel): void {
    this.#draining = false;
    channel.on('drain', () => {
      this.#draining = false;
    });
    channel.on('return', (message: { properties: { correlationId?: string } }) => {
      const pending = this.#pending.get(message.properties.correlationId ?? '');
      pending?.reject(new RpcError('unroutable', pending.queue, 'the broker has no such queue'));
    });
  }

  async #prepareReplies(channel: Channel): Promise<void> {
    // A new name each time: the broker may still believe that the lost connection holds the old queue.
    const queue = names.replyQueue(this.service, randomUUID());
    await channel.assertQueue(queue, { exclusive: true, autoDelete: true, durable: false });
    await channel.bindQueue(queue, names.replyExchange, queue);
    await channel.consume(queue, (message) => this.#receive(message), { noAck: true, exclusive: true });
    this.#replyQueue = queue;
  }

  #receive(message: ConsumeMessage | null): void {
    if (!message) {
      this.logger.warn('the reply queue was deleted, opening another');
      void this.#replies?.reopen();
      return;
    }
    const correlationId = String(message.properties.correlationId);
    const pending = this.#pending.get(correlationId);
    if (pending) {
      this.#circuits.answered(pending.queue);
      pending.resolve(message.content);
      return;
    }
    const queue = this.#timedOut.get(correlationId);
    this.#timedOut.delete(correlationId);
    if (queue !== undefined) this.#circuits.answered(queue);
    this.metrics.lateReplies.inc();
    this.logger.debug({ correlationId, queue }, 'an answer came too late');
  }

  #rememberTimeout(correlationId: string, queue: string): void {
    if (this.#timedOut.size >= rememberedTimeouts)
      this.#timedOut.delete(this.#timedOut.keys().next().value ?? '');
    this.#timedOut.set(correlationId, queue);
  }

  #failAll(why: string): void {
    this.#replyQueue = this.#replies?.current ? this.#replyQueue : '';
    for (const pending of [...this.#pending.values()]) {
      pending.reject(
        new RpcError('disconnected', pending.queue, `${why}; whether the work was done is unknown`),
      );
    }
  }
}

function isRemoteFault(code: string): code is RemoteFault {
  return (remoteFaults as readonly string[]).includes(code);
}

function malformed(contract: RpcContract, why: string): RpcError {
  return new RpcError('malformed-reply', contract.queue, `the answer is not what the contract says: ${why}`);
}

function parseReply<Contract extends RpcContract>(contract: Contract, content: Buffer): RpcReply<Contract> {
  let body: unknown;
  try {
    body = JSON.parse(content.toString());
  } catch {
    throw malformed(contract, 'not JSON');
  }
  if (typeof body !== 'object' || body === null || !('ok' in body)) throw malformed(contract, 'no "ok"');
  if (body.ok === true) {
    const { ok, ...response } = body;
    const parsed = contract.response.safeParse(response);
    if (!parsed.success) throw malformed(contract, z.prettifyError(parsed.error));
    // Parsed by the contract's own schema; TypeScript can't see through the generic.
    return { ok, ...parsed.data } as RpcReply<Contract>;
  }
  const failed = failedReply.safeParse(body);
  if (!failed.success) throw malformed(contract, z.prettifyError(failed.error));
  const { code, message } = failed.data.error;
  if (isRemoteFault(code)) throw new RpcError(code, contract.queue, message);
  const known = contract.failures[code];
  if (!known) throw malformed(contract, `an unknown failure "${code}"`);
  const details = known.details.safeParse(failed.data.error.details);
  if (!details.success) throw malformed(contract, z.prettifyError(details.error));
  return { ok: false, error: { code, message, details: details.data } } as RpcReply<Contract>;
}

export type { RpcFault };
