import {
  names,
  type RpcContract,
  type RpcReply,
  type RpcRequest,
  type ServiceName,
} from '@micromall/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { Identity, VerifyIdentity } from '../identity.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { ForbiddenError } from '../reply.js';
import { newTraceId, runInTrace, traceIdOf } from '../trace.js';
import { accessRefusal, type Caller, callIdOf, isReturned, type Refusal, senderOf } from './authority.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import { type InFlight, trackInFlight } from './in-flight.js';
import type { BrokerLink, KeptChannel } from './link.js';
import type { Parking } from './parking.js';
import { parseJson } from './parse.js';

export type { Caller };
export type RpcHandler<Contract extends RpcContract> = (
  request: RpcRequest<Contract>,
  caller: Caller,
) => Promise<RpcReply<Contract>>;

interface Service {
  readonly contract: RpcContract;
  readonly handle: (request: unknown, caller: Caller) => Promise<{ ok: boolean }>;
}

/** In characters. */
const longestLoggedReply = 4_000;

/** How many requests of one queue a process works on at once. */
const prefetch = 64;

/** Does the work of queues and answers: one outcome, one log line and one count for each request. */
export class RpcServer {
  readonly #services = new Map<string, Service>();
  readonly #inFlight: InFlight;
  #requests: KeptChannel<Channel> | undefined;
  #replies: KeptChannel<Channel> | undefined;
  #consumerTags: string[] = [];
  #stopping = false;

  constructor(
    private readonly service: ServiceName,
    private readonly publishing: BrokerLink,
    private readonly consuming: BrokerLink,
    private readonly parking: Parking,
    private verifyIdentity: VerifyIdentity,
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {
    this.#inFlight = trackInFlight(metrics.rpcServingInFlight);
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

  /** Names another way to recognise people, for the service that signs identities itself. */
  recogniseWith(verifyIdentity: VerifyIdentity): void {
    this.verifyIdentity = verifyIdentity;
  }

  async open(): Promise<void> {
    this.#replies = await this.publishing.keepChannel(async (channel) => {
      channel.on('return', () => this.logger.debug('nobody waits for this answer any more'));
    });
    this.#requests = await this.consuming.keepChannel((channel) => this.#consumeAll(channel));
  }

  /** Takes no new requests, and resolves when those in hand are answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const channel = this.#requests?.current;
    if (channel) await Promise.allSettled(this.#consumerTags.map((tag) => channel.cancel(tag)));
    await this.#inFlight.idle();
    await this.#replies?.close();
  }

  async #consumeAll(channel: Channel): Promise<void> {
    if (this.#stopping) return;
    await channel.prefetch(prefetch);
    this.metrics.prefetchLimit.set({ consumer: 'requests' }, prefetch);
    this.#consumerTags = await Promise.all(
      [...this.#services.values()].map(async (service) => {
        const queue = service.contract.queue;
        const { consumerTag } = await channel.consume(queue, (message) => {
          if (message) void this.#inFlight.add(this.#receive(channel, service, message));
          else void this.#consumerCancelled(queue);
        });
        return consumerTag;
      }),
    );
  }

  async #consumerCancelled(queue: string): Promise<void> {
    this.logger.warn({ queue }, 'the broker cancelled a consumer, subscribing again');
    await this.#requests?.reopen();
  }

  async #receive(channel: Channel, service: Service, message: ConsumeMessage): Promise<void> {
    const { queue } = service.contract;
    const { correlationId } = message.properties;
    const traceId = traceIdOf(message.properties.headers?.[headerNames.traceparent]) ?? newTraceId();
    const id = correlationId === undefined ? undefined : String(correlationId);
    await runInTrace({ traceId, correlationId: id, queue }, async () => {
      const started = performance.now();
      let outcome: string;
      try {
        outcome = await this.#answer(service, message, traceId);
        acknowledge(channel, message);
      } catch (error) {
        // Not even the dead letters could be written: leave the message unacknowledged, it will come again.
        outcome = 'unsettled';
        this.logger.error({ err: error }, 'a request could not be settled');
        await this.#requests?.reopen();
      }
      this.metrics.rpcServed.inc({ queue, outcome });
      this.metrics.rpcServedSeconds.observe({ queue }, (performance.now() - started) / 1_000);
    });
  }

  /** Settles one request and says how: `ok`, a failure of its contract, or a fault. */
  async #answer(service: Service, message: ConsumeMessage, traceId: string): Promise<string> {
    const deadlineMs = numberHeader(message, headerNames.deadline);
    if (deadlineMs !== undefined && deadlineMs <= Date.now()) {
      this.logger.warn({ lateMs: Date.now() - deadlineMs }, 'request dropped: its caller has given up');
      return 'expired';
    }
    const sender = senderOf(service.contract, message);
    if (typeof sender !== 'string') return this.#refuse(service, message, sender);
    const request = parseRequest(service.contract, message);
    if ('fault' in request) return this.#refuse(service, message, request);
    const caller = await this.#authorise(service.contract, message, sender);
    if ('fault' in caller) return this.#refuse(service, message, caller);

    const started = performance.now();
    try {
      const reply = await service.handle(request.value, caller);
      this.#reply(message, reply);
      const outcome = 'error' in reply ? codeOf(reply.error) : 'ok';
      const durationMs = Math.round((performance.now() - started) * 10) / 10;
      if (caller.from === 'operator')
        this.logger.info(
          { outcome, durationMs, ...forTheLog(message, reply) },
          'request of the operator handled',
        );
      // What only looks is most of the traffic; the rest is told, so that a trace shows who did what.
      else if (service.contract.effect === 'read')
        this.logger.debug({ outcome, durationMs }, 'request handled');
      else this.logger.info({ outcome, durationMs }, 'request handled');
      return outcome;
    } catch (error) {
      if (error instanceof ForbiddenError)
        return this.#refuse(service, message, {
          fault: 'forbidden',
          message: error.message,
          park: undefined,
        });
      this.logger.error({ err: error }, 'request failed');
      const nobodyWaits = message.properties.replyTo === undefined;
      return this.#refuse(service, message, {
        fault: 'failed',
        message: `Something went wrong here; the log has the reason under trace id ${traceId}.`,
        park: nobodyWaits ? 'failed' : undefined,
        // An error may say what was in the request.
        ...(service.contract.secret || !(error instanceof Error) ? {} : { firstError: error.message }),
      });
    }
  }

  async #refuse(service: Service, message: ConsumeMessage, refusal: Refusal): Promise<string> {
    this.logger.warn({ fault: refusal.fault, reason: refusal.message }, 'request refused');
    this.#reply(message, { ok: false, error: { code: refusal.fault, message: refusal.message } });
    // What somebody took out of the dead letters goes back there: nobody else knows of it.
    const reason = refusal.park ?? (isReturned(message, this.service) ? 'unexpected' : undefined);
    const firstError = refusal.firstError ?? refusal.message;
    if (reason) await this.parking.park(message, service.contract.queue, reason, firstError);
    return refusal.fault;
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

  /** Finds out for whom it is done, and refuses who may not have it done. */
  async #authorise(
    contract: RpcContract,
    message: ConsumeMessage,
    from: Caller['from'],
  ): Promise<Caller | Refusal> {
    const token = textHeader(message, headerNames.identity);
    let identity: Identity | undefined;
    try {
      identity = token === undefined ? undefined : await this.verifyIdentity(token);
    } catch (error) {
      // Without auth-service's keys nobody can be recognised. The request is answered, not delivered for ever.
      this.logger.error({ err: error }, 'an identity could not be verified');
      return {
        fault: 'failed',
        message: 'Who asks could not be verified; try again later.',
        park: undefined,
      };
    }
    const refusal = accessRefusal(contract.access, from, identity);
    if (refusal) return { fault: 'forbidden', message: refusal, park: undefined };
    const deadlineMs = numberHeader(message, headerNames.deadline);
    return {
      from,
      identity,
      callId: callIdOf(message),
      deadline: deadlineMs === undefined ? undefined : new Date(deadlineMs),
    };
  }
}

/** The whole answer to a person who asked for none to be sent, unless it is too long for a log line. */
function forTheLog(message: ConsumeMessage, reply: object): { reply?: object } {
  if (message.properties.replyTo !== undefined) return {};
  return JSON.stringify(reply).length > longestLoggedReply ? {} : { reply };
}

function parseRequest(contract: RpcContract, message: ConsumeMessage): { value: unknown } | Refusal {
  const body = parseJson(message.content);
  if (!body.ok) return { fault: 'malformed-request', message: body.problem, park: 'malformed' };
  const parsed = contract.request.safeParse(body.value);
  if (parsed.success) return { value: parsed.data };
  const example = JSON.stringify(contract.example.request);
  const text = `The body is not right:\n${z.prettifyError(parsed.error)}\nA right one: ${example}`;
  return { fault: 'malformed-request', message: text, park: 'malformed' };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'failure';
}

/** The channel may have closed meanwhile: the message will then come again, and its handler is ready for that. */
export function acknowledge(channel: Channel, message: ConsumeMessage): void {
  try {
    channel.ack(message);
  } catch {
    // amqplib throws IllegalOperationError on a closed channel; its close was logged already.
  }
}
