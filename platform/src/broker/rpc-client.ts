import { randomUUID } from 'node:crypto';
import {
  names,
  type RpcContract,
  type RpcReply,
  type RpcRequestInput,
  type ServiceName,
} from '@micromall/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { currentTraceparent } from '../trace.js';
import { CircuitBreakers } from './circuit-breakers.js';
import type { BrokerConnection } from './connection.js';
import { RpcError, type RpcUnavailable } from './errors.js';
import { headerNames } from './headers.js';
import type { ManagedChannel } from './managed-channel.js';
import { parseReply } from './rpc-reply.js';

/** More than this many calls at once are answered `busy` at once instead of piling up. */
const maxInFlight = 1_000;
/** For so many calls that timed out a late answer still closes the circuit of their queue. */
const maxTimedOut = 1_000;

/** How one call is made. */
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

/**
 * Asks other services: one exclusive reply queue for the whole process, answers matched by correlation id.
 *
 * Requests are published without confirms, which would wake this process once more for each call and make it a third
 * slower: a request that the broker refuses because the queue is full ends as a timeout, like one that nobody takes.
 */
export class RpcClient {
  readonly #pending = new Map<string, PendingCall>();
  /** The queues of calls that timed out, by correlation id. */
  readonly #timedOut = new LRUCache<string, string>({ max: maxTimedOut });
  readonly #circuits: CircuitBreakers;
  #requests: ManagedChannel<Channel> | undefined;
  #replies: ManagedChannel<Channel> | undefined;
  #replyQueue = '';
  #draining = false;
  /** Makes the ids of calls unique over all processes without asking for randomness at each call. */
  readonly #instance = randomUUID();
  #calls = 0;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerConnection,
    private readonly consuming: BrokerConnection,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    this.#circuits = new CircuitBreakers(logger, metrics);
  }

  /** Opens the channels and the reply queue; calls fail as `disconnected` before. */
  async open(): Promise<void> {
    this.#requests = await this.publishing.manageChannel(
      async (channel) => this.#prepareRequests(channel),
      () => this.#failAll('the connection to the broker was lost'),
    );
    this.#replies = await this.consuming.manageChannel(
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
    const circuit = this.#circuits.stateFor(contract.queue);
    try {
      if (circuit === 'open')
        throw new RpcError('circuit-open', contract.queue, 'nobody has answered lately');
      const content = await this.#exchange(contract, request, options);
      const reply = parseReply(contract, content);
      if (!reply.ok) outcome = reply.error.code;
      return reply;
    } catch (error) {
      outcome = 'failed';
      if (error instanceof RpcError) {
        outcome = error.fault;
        this.#circuits.recordFault(contract.queue, circuit, error.fault);
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

  async #exchange(contract: RpcContract, request: unknown, options: CallOptions): Promise<Buffer> {
    const channel = this.#requests?.current;
    const { queue } = contract;
    if (!channel || !this.#replies?.current || !this.#replyQueue) {
      return Promise.reject(new RpcError('disconnected', queue, 'there is no connection to the broker'));
    }
    if (this.publishing.blocked || this.#draining || this.#pending.size >= maxInFlight) {
      return Promise.reject(new RpcError('busy', queue, 'too many calls wait already'));
    }
    const content = Buffer.from(JSON.stringify(request));
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
        this.#timedOut.set(correlationId, queue);
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
      const flushed = channel.publish(names.rpcExchange(contract.owner), queue, content, {
        mandatory: true,
        correlationId,
        replyTo: this.#replyQueue,
        // The broker drops a request that nobody waits for any more; the deadline header says it to the consumer.
        expiration: String(timeoutMs),
        contentType: 'application/json',
        userId: this.service,
        headers,
      });
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
      this.#circuits.recordAnswer(pending.queue);
      pending.resolve(message.content);
      return;
    }
    const queue = this.#timedOut.get(correlationId);
    this.#timedOut.delete(correlationId);
    if (queue !== undefined) this.#circuits.recordAnswer(queue);
    this.metrics.lateReplies.inc();
    this.logger.debug({ correlationId, queue }, 'an answer came too late');
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
