import {
  type Account,
  cancelCheckout,
  catalog,
  changeCart,
  confirmPayment,
  createAccount,
  createProduct,
  getCart,
  getImage,
  getOrder,
  getOrders,
  login,
  mergeCart,
  type Order,
  placeOrder,
  quoteOrder,
  type RpcContract,
  renewIdentity,
  reviewCart,
} from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import { decodeJwt } from 'jose';
import type { Person, TestShop } from './shop.js';

/** How the peers answer, by contract. */
export type Answers = Map<RpcContract, RpcHandler<RpcContract>>;

const orderUnknown = failed('order-unknown', 'You have no order with this id.');

/**
 * Small services that do what their contracts say.
 * @param identityOf signs what auth-service would
 */
export function answersFrom(shop: TestShop, identityOf: (account: Account) => Promise<string>): Answers {
  const answers: Answers = new Map();
  function serve<Contract extends RpcContract>(contract: Contract, handler: RpcHandler<Contract>): void {
    answers.set(contract, handler as unknown as RpcHandler<RpcContract>);
  }

  async function vouch({ password, ...account }: Person) {
    return { ok: true as const, account, identity: await identityOf(account) };
  }
  serve(login, async ({ email, password }) => {
    const person = shop.people.find((each) => each.email === email && each.password === password);
    return person ? vouch(person) : failed('wrong-credentials', 'No account has these.');
  });
  serve(createAccount, async ({ name, email, password }) =>
    shop.people.some((person) => person.email === email)
      ? failed('email-taken', 'It exists.')
      : vouch(shop.addPerson({ name, email, password })),
  );
  serve(renewIdentity, async ({ identity }) => {
    const person = shop.people.find((each) => each.userId === decodeJwt(identity).sub);
    return person ? vouch(person) : failed('identity-ended', 'Log in again.');
  });

  serve(catalog, async (request) => {
    const named = [...new Set(shop.products.map((product) => product.category))];
    const categories = named.map((name) => ({
      name,
      products: shop.products.filter((product) => product.category === name).length,
    }));
    if ('productIds' in request) {
      const products = shop.products.filter(({ productId }) => request.productIds.includes(productId));
      return { ok: true, products, total: products.length, categories };
    }
    if ('all' in request)
      return { ok: true, products: shop.products, total: shop.products.length, categories };
    const { search = '', category, page, pageSize } = request;
    const found = shop.products
      .filter((product) => product.name.toLowerCase().includes(search.toLowerCase()))
      .filter((product) => category === undefined || product.category === category);
    const products = found.slice((page - 1) * pageSize, page * pageSize);
    return { ok: true, products, total: found.length, categories };
  });
  serve(getImage, async ({ image }) => {
    const bytes = shop.images.get(image);
    if (!bytes) return failed('image-unknown', 'No product has this image.');
    return { ok: true, contentType: 'image/webp' as const, base64: bytes.toString('base64') };
  });
  serve(createProduct, async ({ name, quantity, price, description, category }) => {
    const product = shop.addProduct({ name, price, description, category, available: quantity });
    return { ok: true, product };
  });

  serve(getCart, async ({ id }) => ({ ok: true, cart: shop.cart(id) }));
  serve(reviewCart, async ({ id }) => ({ ok: true, ...shop.review(id) }));
  serve(changeCart, async ({ id, itemid, qty }) => {
    const product = shop.products.find((each) => each.productId === itemid);
    if (!product) return failed('product-unknown', 'The shop has no such product.');
    const inCart = shop.quantityIn(id, itemid);
    const { name, available } = product;
    if (qty > 0 && inCart + qty > available) {
      const details = { name, available, inCart };
      return failed('insufficient-stock', 'The cart would hold more than there is.', details);
    }
    shop.setQuantity(id, itemid, inCart + qty);
    return { ok: true, cart: shop.cart(id) };
  });
  serve(mergeCart, async ({ guestId }, { identity }) => {
    const id = identity?.userId ?? '';
    for (const { productId, quantity } of shop.carts.get(guestId)?.items ?? []) {
      shop.setQuantity(id, productId, shop.quantityIn(id, productId) + quantity);
    }
    shop.carts.delete(guestId);
    return { ok: true, cart: shop.cart(id) };
  });

  serve(quoteOrder, async (_request, { identity }) => {
    const { cart, changes } = shop.review(identity?.userId ?? '');
    const shipping = { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 };
    return { ok: true, cart, changes, shipping, total: cart.subtotal + 500, currency: 'SGD' };
  });
  function paymentPageOf({ orderId, number }: Order) {
    return {
      ok: true as const,
      orderId,
      number,
      checkoutUrl: `http://localhost:4242/c/pay/cs_test_${orderId}`,
    };
  }
  serve(placeOrder, async ({ checkoutId, cartVersion, confirmedTotal }, { identity }) => {
    const userId = identity?.userId ?? '';
    const earlier = shop.attempts.find(
      (each) =>
        each.checkoutId === checkoutId ||
        (each.order.userId === userId &&
          each.order.state === 'awaiting-payment' &&
          each.cartVersion === cartVersion &&
          each.confirmedTotal === confirmedTotal),
    );
    if (earlier) {
      const { orderId, state } = earlier.order;
      return state === 'awaiting-payment'
        ? paymentPageOf(earlier.order)
        : failed('already-ordered', 'This checkout was finished before.', { orderId, state });
    }
    const { lines, subtotal } = shop.cart(userId);
    const shortages = lines
      .filter((line) => line.quantity > line.available)
      .map(({ productId, name, quantity, available }) => ({ productId, name, wanted: quantity, available }));
    if (shortages.length > 0) return failed('insufficient-stock', 'Too much is wanted.', { shortages });
    const order = shop.addOrder({
      userId,
      state: 'awaiting-payment',
      lines: lines.map(({ available, ...line }) => line),
      subtotal,
      total: subtotal + 500,
    });
    shop.attempts.push({ checkoutId, cartVersion, confirmedTotal, order });
    shop.reserve(order);
    return paymentPageOf(order);
  });

  function ownOrder(orderId: string, userId: string | undefined) {
    return shop.orders.find((order) => order.orderId === orderId && order.userId === userId);
  }
  serve(confirmPayment, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });
  serve(cancelCheckout, async ({ orderId, cancelToken }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    if (!order) return orderUnknown;
    if (cancelToken !== undefined && cancelToken !== shop.cancelToken(orderId)) {
      return failed('wrong-token', 'The token is not the one of this checkout; nothing was changed.');
    }
    if (order.state === 'awaiting-payment') {
      Object.assign(order, { state: 'cancelled', cancelReason: 'shopper-went-back' });
      shop.reserve(order, -1);
    }
    return { ok: true, order };
  });
  serve(getOrders, async ({ userId }, { identity }) =>
    userId === identity?.userId
      ? { ok: true, orders: shop.orders.filter((order) => order.userId === userId) }
      : failed('not-your-orders', 'Only the account itself or an admin may see these orders.'),
  );
  serve(getOrder, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });
  return answers;
}
