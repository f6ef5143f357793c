import type { EventContract, RpcContract } from './define.js';
import * as orderEvents from './events/order.js';
import * as paymentEvents from './events/payment.js';
import * as productEvents from './events/product.js';
import * as auth from './rpc/auth.js';
import * as cart from './rpc/cart.js';
import * as order from './rpc/order.js';
import * as payment from './rpc/payment.js';
import * as product from './rpc/product.js';

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

/** Everything that services tell each other. */
export const eventContracts = { ...orderEvents, ...paymentEvents, ...productEvents } as const;

export const allRpcContracts: readonly RpcContract[] = Object.values(rpcContracts);
/** In the order of their names: a module's own order of exports differs from one loader to another. */
export const allEventContracts: readonly EventContract[] = Object.values<EventContract>(eventContracts).sort(
  (a, b) => a.name.localeCompare(b.name),
);
