import type { RpcContract, RpcRequest, ServiceName } from '@micromall/contracts';
import { currentTrace, type Platform, type RpcHandler } from '@micromall/platform';
import type { Harness, Peer, ServedRequest } from '@micromall/test-kit';
import { type Answers, answersFrom } from './answers.js';
import { TestShop } from './shop.js';

/** The services around the site, played on the real broker through the real platform. */
export class Peers {
  readonly shop = new TestShop();
  /** How long the identities last that are signed from now on. */
  identityLifetimeSeconds = 3_600;
  readonly #answers: Answers;
  readonly #overrides = new Map<string, RpcHandler<RpcContract>>();
  readonly #running = new Map<ServiceName, Peer>();

  constructor(private readonly harness: Harness) {
    this.#answers = answersFrom(this.shop, async (account) =>
      (await harness.authority()).identityOf(account, this.identityLifetimeSeconds),
    );
  }

  /** Every request that arrived, oldest first. */
  get requests(): readonly ServedRequest[] {
    return this.harness.requests;
  }

  /** What a queue was asked, oldest first. */
  requestsTo<Contract extends RpcContract>(contract: Contract): RpcRequest<Contract>[] {
    return this.harness.requestsOf(contract.queue) as RpcRequest<Contract>[];
  }

  /** Answers a queue in another way until {@link restore}. */
  override<Contract extends RpcContract>(contract: Contract, handler: RpcHandler<Contract>): void {
    this.#overrides.set(contract.queue, handler as unknown as RpcHandler<RpcContract>);
  }

  /** Makes the handler of a queue throw: its caller gets the fault `failed`. */
  fault(contract: RpcContract): void {
    this.override(contract, async () => {
      throw new Error('a fault of the test');
    });
  }

  /** Everything answers as its contract says again, and the requests are forgotten. */
  restore(): void {
    this.#overrides.clear();
    this.harness.clear();
    this.identityLifetimeSeconds = 3_600;
  }

  async start(service: ServiceName): Promise<void> {
    if (service === 'auth-service') {
      await this.harness.authority((platform) => this.#serve(service, platform));
    } else {
      this.#running.set(
        service,
        await this.harness.peer(service, (platform) => this.#serve(service, platform)),
      );
    }
  }

  async stop(service: ServiceName): Promise<void> {
    await this.#running.get(service)?.stop();
    this.#running.delete(service);
  }

  #serve(service: ServiceName, { server }: Platform): void {
    for (const [contract, usual] of this.#answers) {
      if (contract.owner !== service) continue;
      const { queue } = contract;
      server.serve(contract, async (request, caller) => {
        const traceId = currentTrace()?.traceId;
        this.harness.requests.push({ queue, request, traceId, userId: caller.identity?.userId });
        return (this.#overrides.get(queue) ?? usual)(request, caller);
      });
    }
  }
}
