import {
  names,
  type RpcContract,
  type RpcReply,
  type RpcRequest,
  type ServiceName,
} from '@micromall/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { VerifyIdentity } from '../identity.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { ForbiddenError } from '../reply.js';
import { newTraceId, runInTrace, traceIdOf } from '../trace.js';
import { type Caller, isReturned, type Refusal } from './authorisation.js';
import type { BrokerConnection } from './connection.js';
import { headerNames } from './headers.js';
import type { ManagedChannel } from './managed-channel.js';
import type { Parking, Verdict } from './parking.js';
import { QueueConsumer } from './queue-consumer.js';
import { deadlineOf, readRequest } from './rpc-request.js';

export type { Caller };

/** Does the work of one request. What it returns is the answer; when it throws, the caller gets the fault `failed`. */
export type RpcHandler<Contract extends RpcContract> = (
  request: RpcRequest<Contract>,
  caller: Caller,
) => Promise<RpcReply<Contract>>;

interface Service {
  readonly contract: RpcContract;
  readonly handle: (request: unknown, caller: Caller) => Promise<{ ok: boolean }>;
}

/** What became of a request: `ok`, a failure of its contract, or a fault; and why it is to be parked, if it is. */
interface Outcome {
  readonly code: string;
  readonly verdict?: Verdict;
}

/** In characters. */
const longestLoggedReply = 4_000;

/** How many requests of one queue a process works on at once. */
const prefetch = 64;

/** Does the work of queues and answers: one outcome, one log line and one count for each request. */
export class RpcServer {
  readonly #services = new Map<string, Service>();
  readonly #consumer: QueueConsumer;
  #replies: ManagedChannel<Channel> | undefined;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerConnection,
    consuming: BrokerConnection,
    private readonly parking: Parking,
    private verifyIdentity: VerifyIdentity,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    const options = { kind: 'requests', prefetch, inFlight: metrics.rpcServingInFlight } as const;
    this.#consumer = new QueueConsumer(options, consuming, logger, metrics);
  }

  /** Names the handler of a queue; consuming begins with {@link open}. */
  serve<Contract extends RpcContract>(contract: Contract, handler: RpcHandler<Contract>): void {
    if (contract.owner !== this.service) throw new Error(`${contract.queue} belongs to ${contract.owner}`);
    this.#services.set(contract.queue, {
      contract,
      // The request was parsed by this very contract's schema before it comes here.
      handle: (request, caller) => handler(request as RpcRequest<Contract>, caller),
    });
  }

  /** Verifies identities another way from now on: for the service that signs them itself. */
  verifyIdentitiesWith(verifyIdentity: VerifyIdentity): void {
    this.verifyIdentity = verifyIdentity;
  }

  /** Begins to consume the queues that have a handler. */
  async open(): Promise<void> {
    this.#replies = await this.publishing.manageChannel(async (channel) => {
      channel.on('return', () => this.logger.debug('nobody waits for this answer any more'));
    });
    await this.#consumer.open(
      new Map(
        [...this.#services].map(([queue, service]) => [
          queue,
          (message, ended) => this.#receive(service, message, ended),
        ]),
      ),
    );
  }

  /** Takes no new requests, and resolves when those in hand are answered. */
  async stop(): Promise<void> {
    await this.#consumer.stop();
    await this.#replies?.close();
  }

  async #receive(service: Service, message: ConsumeMessage, ended: AbortSignal): Promise<void> {
    const { queue } = service.contract;
    const { correlationId } = message.properties;
    const traceId = traceIdOf(message.properties.headers?.[headerNames.traceparent]) ?? newTraceId();
    const id = correlationId === undefined ? undefined : String(correlationId);
    await runInTrace({ traceId, correlationId: id, queue }, async () => {
      const started = performance.now();
      try {
        const { code, verdict } = await this.#answer(service, message, traceId);
        this.metrics.rpcServed.inc({ queue, outcome: code });
        this.metrics.rpcServedSeconds.observe({ queue }, (performance.now() - started) / 1_000);
        if (verdict) await this.parking.park(message, verdict, ended);
      } catch (error) {
        // Neither answered nor parked: it stays unacknowledged, and the broker delivers it again.
        this.metrics.rpcServed.inc({ queue, outcome: 'unsettled' });
        throw error;
      }
    });
  }

  async #answer(service: Service, message: ConsumeMessage, traceId: string): Promise<Outcome> {
    const { contract } = service;
    const deadlineMs = deadlineOf(message);
    if (deadlineMs !== undefined && deadlineMs <= Date.now()) {
      this.logger.warn({ lateMs: Date.now() - deadlineMs }, 'request dropped: its caller has given up');
      return { code: 'expired' };
    }
    const request = await readRequest(contract, message, this.verifyIdentity, this.logger);
    if ('fault' in request) return this.#refuse(contract, message, request);
    try {
      return await this.#handle(service, message, request.value, request.caller);
    } catch (error) {
      if (error instanceof ForbiddenError)
        return this.#refuse(contract, message, {
          fault: 'forbidden',
          message: error.message,
          park: undefined,
        });
      this.logger.error({ err: error }, 'request failed');
      const nobodyWaits = message.properties.replyTo === undefined;
      return this.#refuse(contract, message, {
        fault: 'failed',
        message: `Something went wrong here; the log has the reason under trace id ${traceId}.`,
        park: nobodyWaits ? 'failed' : undefined,
        // An error may contain what was in the request.
        ...(contract.secret || !(error instanceof Error) ? {} : { firstError: error.message }),
      });
    }
  }

  async #handle(
    { contract, handle }: Service,
    message: ConsumeMessage,
    request: unknown,
    caller: Caller,
  ): Promise<Outcome> {
    const started = performance.now();
    const reply = await handle(request, caller);
    this.#reply(message, reply);
    const outcome = 'error' in reply ? codeOf(reply.error) : 'ok';
    const durationMs = Math.round((performance.now() - started) * 10) / 10;
    if (caller.from === 'operator')
      this.logger.info(
        { outcome, durationMs, ...forTheLog(message, reply) },
        'request of the operator handled',
      );
    // Reads are most of the traffic; the rest is logged, so that a trace shows who did what.
    else if (contract.effect === 'read') this.logger.debug({ outcome, durationMs }, 'request handled');
    else this.logger.info({ outcome, durationMs }, 'request handled');
    return { code: outcome };
  }

  #refuse({ queue }: RpcContract, message: ConsumeMessage, refusal: Refusal): Outcome {
    this.logger.warn({ fault: refusal.fault, reason: refusal.message }, 'request refused');
    this.#reply(message, { ok: false, error: { code: refusal.fault, message: refusal.message } });
    // What somebody took out of the dead letters goes back there: nobody else knows of it.
    const reason = refusal.park ?? (isReturned(message, this.service) ? 'unexpected' : undefined);
    if (reason === undefined) return { code: refusal.fault };
    return {
      code: refusal.fault,
      verdict: { queue, reason, error: refusal.firstError ?? refusal.message },
    };
  }

  #reply(message: ConsumeMessage, reply: object): void {
    const { replyTo, correlationId } = message.properties;
    if (replyTo === undefined) return;
    const content = Buffer.from(JSON.stringify(reply));
    this.#replies?.current?.publish(names.replyExchange, String(replyTo), content, {
      mandatory: true,
      contentType: 'application/json',
      userId: this.service,
      ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }),
    });
  }
}

/** The whole answer to a person who asked for none to be sent, unless it is too long for a log line. */
function forTheLog(message: ConsumeMessage, reply: object): { reply?: object } {
  if (message.properties.replyTo !== undefined) return {};
  return JSON.stringify(reply).length > longestLoggedReply ? {} : { reply };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'failure';
}
