import type { RpcContract, RpcReply, RpcRequestInput } from '@micromall/contracts';
import type { CallOptions, RpcClient, RpcUnavailable } from '@micromall/platform';
import type { FrontendEvents } from '../events.js';
import { pageTimeoutMs } from './page-timeouts.js';

type IdentityOption = Pick<CallOptions, 'identity'>;

/** Asks other services for what a page shows or a form wants, in bounded time. */
export interface SiteRpc {
  /** @throws {RpcError} if there is no answer in time, or none that the contract names */
  call<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options?: IdentityOption,
  ): Promise<RpcReply<Contract>>;
  /** For pages that can do without the answer: the failure `unavailable` in place of the error. */
  tryCall<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options?: IdentityOption,
  ): Promise<RpcReply<Contract> | RpcUnavailable>;
}

/** Waits as long as a page may, and counts each call that has no answer, once. */
export function createSiteRpc(rpc: RpcClient, events: FrontendEvents): SiteRpc {
  async function tryCall<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options: IdentityOption = {},
  ): Promise<RpcReply<Contract> | RpcUnavailable> {
    const timeoutMs = pageTimeoutMs(contract);
    const reply = await rpc.tryCall(contract, request, { ...options, timeoutMs });
    if (isUnavailable(reply)) events.partUnavailable(contract.queue, reply.error.cause);
    return reply;
  }

  return {
    tryCall,
    async call(contract, request, options) {
      const reply = await tryCall(contract, request, options);
      if (isUnavailable(reply)) throw reply.error.cause;
      return reply;
    },
  };
}

/** Whether a call was not answered. No contract has a failure of this name. */
export function isUnavailable(reply: RpcReply<RpcContract> | RpcUnavailable): reply is RpcUnavailable {
  return !reply.ok && reply.error.code === 'unavailable';
}
