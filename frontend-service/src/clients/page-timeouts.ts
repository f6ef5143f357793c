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
  renewIdentity,
  reviewCart,
} from '@micromall/contracts';

/** One service and its database answer. */
const oneServiceMs = 2_500;
/** The answer takes several services, one after the other. */
const severalServicesMs = 4_000;

/**
 * How long a page waits for each of its parts, in milliseconds: after that it is shown without. What a shopper asks
 * for with a button (logging in, a change of the cart, "Pay now") is not in this list: whether it was done matters
 * more than how long it takes, so the shopper waits as long as the contract says.
 */
const timeouts: ReadonlyMap<RpcContract, number> = new Map<RpcContract, number>([
  [catalog, oneServiceMs],
  [getImage, oneServiceMs],
  [getCart, oneServiceMs],
  [getOrders, oneServiceMs],
  [getOrder, oneServiceMs],
  [reviewCart, oneServiceMs],
  [mergeCart, oneServiceMs],
  // Every page may need it, and can do with the old identity for a while.
  [renewIdentity, 1_500],
  [quoteOrder, severalServicesMs],
  [cancelCheckout, severalServicesMs],
  // Longer than order-service waits for word of the payment: it then still tells the order's number.
  [confirmPayment, 6_500],
  ...[...deadLetterContracts.values()].map(({ list }) => [list, oneServiceMs] as const),
]);

/** The longest that a page waits for the answer to one call, in milliseconds. */
export function pageTimeoutMs(contract: RpcContract): number {
  return timeouts.get(contract) ?? contract.timeoutMs;
}
