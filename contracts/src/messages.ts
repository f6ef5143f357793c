import type { EventContract, RpcContract } from './define.js';
import * as orderEvents from './events/order.js';
import * as paymentEvents from './events/payment.js';
import * as productEvents from './events/product.js';
import * as auth from './rpc/auth.js';
import * as cart from './rpc/cart.js';
import { contractsIn, type DeadLetterContracts, deadLetterContractsOf } from './rpc/dead-letters.js';
import * as order from './rpc/order.js';
import * as payment from './rpc/payment.js';
import * as product from './rpc/product.js';
import { type ServiceName, serviceNames } from './services.js';

/** Every queue that does work and answers. A queue that is not here does not exist. */
export const rpcContracts = {
  login: auth.login,
  createAccount: auth.createAccount,
  renewIdentity: auth.renewIdentity,
  getIdentityKeys: auth.getIdentityKeys,
  catalog: product.catalog,
  getImage: product.getImage,
  createProduct: product.createProduct,
  changeProduct: product.changeProduct,
  reserveStock: product.reserveStock,
  getCart: cart.getCart,
  reviewCart: cart.reviewCart,
  changeCart: cart.changeCart,
  deleteCart: cart.deleteCart,
  mergeCart: cart.mergeCart,
  settleCart: cart.settleCart,
  quoteOrder: order.quoteOrder,
  placeOrder: order.placeOrder,
  confirmPayment: order.confirmPayment,
  cancelCheckout: order.cancelCheckout,
  getOrders: order.getOrders,
  getOrder: order.getOrder,
  acceptOrder: order.acceptOrder,
  shipOrder: order.shipOrder,
  deliverOrder: order.deliverOrder,
  refund: order.refund,
  openCheckout: payment.openCheckout,
  checkPayment: payment.checkPayment,
  expireCheckout: payment.expireCheckout,
} as const;

/** Every event. */
export const eventContracts = { ...orderEvents, ...paymentEvents, ...productEvents } as const;

/** In the order of their names: a module's own order of exports differs from one loader to another. */
export const allEventContracts: readonly EventContract[] = Object.values<EventContract>(eventContracts).sort(
  (a, b) => a.name.localeCompare(b.name),
);

const ownRpcContracts: readonly RpcContract[] = Object.values(rpcContracts);

/** The services that handle messages, so that there may be some that they can't handle. */
export const servicesWithDeadLetters: readonly ServiceName[] = serviceNames.filter(
  (service) =>
    ownRpcContracts.some(({ owner }) => owner === service) ||
    allEventContracts.some(({ subscribers }) => subscribers.includes(service)),
);

/** What can be done with the dead letters of each service that may have some. */
export const deadLetterContracts: ReadonlyMap<ServiceName, DeadLetterContracts> = new Map(
  servicesWithDeadLetters.map((service) => [service, deadLetterContractsOf(service)]),
);

/** Every queue that does work and answers, those of the dead letters too. */
export const allRpcContracts: readonly RpcContract[] = [
  ...ownRpcContracts,
  ...[...deadLetterContracts.values()].flatMap(contractsIn),
];
