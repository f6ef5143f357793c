import {
  cancelCheckout,
  catalog,
  confirmPayment,
  deadLetterContracts,
  getCart,
  getImage,
  getOrder,
  getOrders,
  mergeCart,
  quoteOrder,
  type RpcContract,
  type RpcReply,
  type RpcRequestInput,
  renewIdentity,
  reviewCart,
} from '@micromall/contracts';
import type { CallOptions, RpcClient } from '@micromall/platform';

/** One service and its database answer. */
const lookMs = 2_500;
/** The answer takes several services, one after the other. */
const farLookMs = 4_000;

/**
 * How long a page waits for each of its parts, in milliseconds: after that it is shown without. What a shopper asks
 * for with a button (logging in, a change of the cart, "Pay now") is not in this list: whether it was done matters
 * more than how long it takes, so the shopper waits as long as the contract says.
 */
const patience: ReadonlyMap<RpcContract, number> = new Map<RpcContract, number>([
  [catalog, lookMs],
  [getImage, lookMs],
  [getCart, lookMs],
  [getOrders, lookMs],
  [getOrder, lookMs],
  [reviewCart, lookMs],
  [mergeCart, lookMs],
  // Every page may need it, and can do with the old identity for a while.
  [renewIdentity, 1_500],
  [quoteOrder, farLookMs],
  [cancelCheckout, farLookMs],
  // Longer than order-service waits for word of the payment: it then still tells the order's number.
  [confirmPayment, 6_500],
  ...[...deadLetterContracts.values()].map(({ list }) => [list, lookMs] as const),
]);

/** The longest that a page waits for the answer to one call, in milliseconds. */
export function patienceFor(contract: RpcContract): number {
  return patience.get(contract) ?? contract.timeoutMs;
}

/** Asks other services for what a page shows or a form wants, in bounded time. */
export interface Asks {
  /** @throws {RpcError} if there is no answer in time, or none that the contract names */
  call<Contract extends RpcContract>(
    contract: Contract,
    request: RpcRequestInput<Contract>,
    options?: Pick<CallOptions, 'identity'>,
  ): Promise<RpcReply<Contract>>;
}

export function withPatience(rpc: RpcClient): Asks {
  return {
    call: (contract, request, options) =>
      rpc.call(contract, request, { ...options, timeoutMs: patienceFor(contract) }),
  };
}
