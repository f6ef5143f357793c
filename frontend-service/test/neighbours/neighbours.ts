import { allEventContracts, type RpcContract, type RpcRequest, type ServiceName } from '@micromall/contracts';
import { createIdentityVerifier, currentTrace, type RpcHandler } from '@micromall/platform';
import { type Peer, startPeer } from '@micromall/test-kit';
import { answersFrom } from './answers.js';
import { type Authority, createAuthority } from './authority.js';
import { World } from './world.js';

const neighbourNames = ['auth-service', 'product-service', 'cart-service', 'order-service'] as const;

interface HeardRequest {
  readonly queue: string;
  readonly request: unknown;
  readonly traceId: string | undefined;
  readonly userId: string | undefined;
}

/** The services around the site, played on the real broker through the real platform. */
export class Neighbours {
  readonly world = new World();
  /** Every request that arrived, newest last. */
  readonly heard: HeardRequest[] = [];
  readonly #instead = new Map<string, RpcHandler<RpcContract>>();
  readonly #peers = new Map<ServiceName, Peer>();

  private constructor(
    readonly authority: Authority,
    readonly amqpUrl: (user: string) => string,
  ) {}

  static async start(amqpUrl: (user: string) => string): Promise<Neighbours> {
    const neighbours = new Neighbours(await createAuthority(), amqpUrl);
    await Promise.all(neighbourNames.map((name) => neighbours.startService(name)));
    return neighbours;
  }

  /** Answers a queue in another way until {@link asUsual}. */
  instead<Contract extends RpcContract>(contract: Contract, handler: RpcHandler<Contract>): void {
    this.#instead.set(contract.queue, handler as unknown as RpcHandler<RpcContract>);
  }

  /** Makes the handler of a queue throw: its caller gets the fault `failed`. */
  breakDown(contract: RpcContract): void {
    this.instead(contract, async () => {
      throw new Error('a fault of the test');
    });
  }

  /** Everything answers as its contract says, and what was heard is forgotten. */
  asUsual(): void {
    this.#instead.clear();
    this.heard.length = 0;
  }

  /** What a queue was asked, oldest first. */
  requestsTo<Contract extends RpcContract>(contract: Contract): RpcRequest<Contract>[] {
    return this.heard
      .filter(({ queue }) => queue === contract.queue)
      .map(({ request }) => request as RpcRequest<Contract>);
  }

  async startService(name: ServiceName): Promise<void> {
    const answers = answersFrom(this.world, this.authority);
    const peer = await startPeer(name, this.amqpUrl(name), ({ server, consumer, logger }) => {
      const ownKeys = async () => [this.authority.publicKey];
      if (name === 'auth-service') server.recogniseWith(createIdentityVerifier(ownKeys, logger));
      for (const event of allEventContracts) {
        if (event.subscribers.includes(name)) consumer.on(event, async () => undefined);
      }
      for (const [contract, usual] of answers) {
        if (contract.owner !== name) continue;
        const { queue } = contract;
        server.serve(contract, async (request, caller) => {
          const traceId = currentTrace()?.traceId;
          this.heard.push({ queue, request, traceId, userId: caller.identity?.userId });
          return (this.#instead.get(queue) ?? usual)(request, caller);
        });
      }
    });
    this.#peers.set(name, peer);
  }

  async stopService(name: ServiceName): Promise<void> {
    await this.#peers.get(name)?.stop();
    this.#peers.delete(name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.stop()));
  }
}
