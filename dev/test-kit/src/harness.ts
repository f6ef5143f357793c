import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Account,
  allEventContracts,
  names,
  type RpcContract,
  type RpcReply,
  type RpcRequest,
  type ServiceName,
} from '@micromall/contracts';
import { until } from '@micromall/launcher/processes/waiting';
import { currentTrace, type Environment, type Platform, type RunningService } from '@micromall/platform';
import { type Connection, createConnection } from 'mongoose';
import { inject } from 'vitest';
import { type Authority, type Peer, startAuthority, startPeer, testEnvironment } from './peer.js';
import { createVhost, type Vhost } from './vhost.js';

/** An event as a peer consumed it. */
export interface ConsumedEvent {
  readonly event: string;
  readonly messageId: string | undefined;
  readonly traceId: string | undefined;
  readonly payload: { readonly orderId?: string; readonly [field: string]: unknown };
}

/** A request as a peer got it. */
export interface ServedRequest {
  readonly queue: string;
  readonly request: unknown;
  readonly traceId?: string | undefined;
  /** The person for whom the call was made, where the peer says so. */
  readonly userId?: string | undefined;
}

/** A person with the token that a service under test verifies. */
export interface Person extends Account {
  readonly identity: string;
}

interface Stoppable {
  stop(): Promise<void>;
}

/** Answers one queue in place of a peer; replace it to change how the peer behaves. */
export type Responder<Contract extends RpcContract> = (
  request: RpcRequest<Contract>,
) => Promise<RpcReply<Contract>>;

/**
 * What a test of one service stands on: a virtual host and a database of its own on the broker and database of the
 * run, and peers that the test plays. Starts only what is asked for, and stops all of it.
 */
export class Harness {
  /** Every event that a peer of this harness consumed, in order. */
  readonly events: ConsumedEvent[] = [];
  /** Every request that {@link responder} passed on, in order. */
  readonly requests: ServedRequest[] = [];
  readonly #running: Stoppable[] = [];
  #database: Promise<Connection> | undefined;
  #authority: Promise<Authority> | undefined;

  private constructor(
    readonly service: ServiceName,
    readonly vhost: Vhost,
    /** For MONGO_URL: a database that only this harness uses. */
    readonly mongoUrl: string,
  ) {}

  /** @param service the service under test */
  static async start(service: ServiceName): Promise<Harness> {
    const name = `${service}-${randomUUID()}`;
    const mongoUrl = new URL(inject('mongoUrl'));
    mongoUrl.pathname = `/${name}`;
    return new Harness(service, await createVhost(inject('managementUrl'), name), mongoUrl.href);
  }

  /** The environment of the service under test, with these variables besides. */
  environment(variables: Environment = {}): Environment {
    return {
      ...testEnvironment(this.vhost.amqpUrl(this.service)),
      MONGO_URL: this.mongoUrl,
      ...variables,
    };
  }

  /** Remembers something that runs, so that {@link stop} ends it: last started, first stopped. */
  keep<Running extends Stoppable>(running: Running): Running {
    this.#running.push(running);
    return running;
  }

  /** A connection to the database of the service under test. */
  database(): Promise<Connection> {
    this.#database ??= createConnection(this.mongoUrl).asPromise();
    return this.#database;
  }

  /**
   * Plays another service. It consumes each event that it subscribes to, into {@link events}, unless `build` handles
   * the event itself.
   */
  async peer(
    service: ServiceName,
    build: (platform: Platform) => Promise<void> | void = () => undefined,
  ): Promise<Peer> {
    const peer = await startPeer(service, this.vhost.amqpUrl(service), async (platform) => {
      for (const contract of allEventContracts.filter(({ subscribers }) => subscribers.includes(service))) {
        platform.consumer.on(contract, async (payload, { messageId }) => {
          this.events.push({
            event: contract.name,
            messageId,
            traceId: currentTrace()?.traceId,
            payload: payload as ConsumedEvent['payload'],
          });
        });
      }
      await build(platform);
    });
    return this.keep(peer);
  }

  /** A handler for a peer's queue that records each request, and answers as `current()` does at that moment. */
  responder<Contract extends RpcContract>(
    contract: Contract,
    current: () => Responder<Contract>,
  ): Responder<Contract> {
    return (request) => {
      this.requests.push({ queue: contract.queue, request, traceId: currentTrace()?.traceId });
      return current()(request);
    };
  }

  /** The requests that a queue of a peer got. */
  requestsOf(queue: string): unknown[] {
    return this.requests.filter((each) => each.queue === queue).map(({ request }) => request);
  }

  /**
   * Plays auth-service's part in identities; not for tests of auth-service itself.
   * @param build registers what the peer serves besides; of the first call only
   */
  authority(build?: (platform: Platform) => Promise<void> | void): Promise<Authority> {
    const amqpUrl = this.vhost.amqpUrl('auth-service');
    this.#authority ??= startAuthority(amqpUrl, build).then((each) => this.keep(each));
    return this.#authority;
  }

  /** Somebody whom nobody knows yet. */
  async person(role: Account['role'] = 'shopper'): Promise<Person> {
    const userId = newId();
    const account = { userId, name: 'Ada', email: `ada-${userId}@example.com`, role };
    return { ...account, identity: await (await this.authority()).identityOf(account) };
  }

  /** The names of the events about an order. The same message id is the same event, however often it comes. */
  eventsAbout(orderId: string): string[] {
    const seen = new Map<string | undefined, string>();
    for (const { payload, messageId, event } of this.events) {
      if (payload.orderId === orderId) seen.set(messageId, event);
    }
    return [...seen.values()];
  }

  /** Waits until there are so many events about an order, and returns all there are. */
  async awaitEventsAbout(orderId: string, count: number): Promise<string[]> {
    await until(() => this.eventsAbout(orderId).length >= count, settleWithinMs);
    return this.eventsAbout(orderId);
  }

  /**
   * Publishes the same message a number of times as the RabbitMQ GUI does, and returns the replies.
   * @param properties such as `message_id`, which tells a redelivered message from a new one
   */
  async askFromGui(queue: string, request: object, properties: object = {}, times = 1): Promise<unknown[]> {
    const message = JSON.stringify(request);
    const published = { reply_to: names.guiReplies, ...properties };
    await Promise.all(Array.from({ length: times }, () => this.vhost.publish(queue, message, published)));
    const replies: unknown[] = [];
    await until(async () => {
      const taken = await this.vhost.take(names.guiReplies, times);
      replies.push(...taken.map(({ payload }) => JSON.parse(payload)));
      return replies.length >= times;
    }, settleWithinMs);
    if (replies.length !== times) throw new Error(`${replies.length} replies to ${times} messages`);
    return replies;
  }

  /** Forgets what peers consumed and were asked. */
  clear(): void {
    this.events.length = 0;
    this.requests.length = 0;
  }

  /** Stops all that was started, and removes the database and the virtual host. */
  async stop(): Promise<void> {
    for (const running of this.#running.reverse()) await running.stop();
    const database = await this.#database;
    await database?.dropDatabase();
    await database?.close();
    await this.vhost.remove();
  }
}

/** These tests are about what is true, not about how fast: a busy machine may take its time, in milliseconds. */
export const settleWithinMs = 20_000;

/** An id as the database makes them: 24 hexadecimal digits. */
export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** For answers that must be there: the failure is then the test's failure. */
export function expectOk<Reply extends RpcReply<RpcContract>>(reply: Reply): Extract<Reply, { ok: true }> {
  if (!reply.ok) throw new Error(`expected an answer, got ${JSON.stringify(reply)}`);
  return reply as Extract<Reply, { ok: true }>;
}

/** The sum of a metric's samples that have these labels, over these services: 0 if there is none. */
export async function metricSum(
  services: readonly Pick<RunningService, 'operationsPort'>[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const pages = await Promise.all(
    services.map(async ({ operationsPort }) =>
      (await fetch(`http://127.0.0.1:${operationsPort}/metrics`)).text(),
    ),
  );
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pages
    .flatMap((page) => page.split('\n'))
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
