import {
  cancelCheckout,
  catalog,
  changeCart,
  confirmPayment,
  createAccount,
  createProduct,
  getCart,
  getIdentityKeys,
  getImage,
  getOrder,
  getOrders,
  login,
  mergeCart,
  placeOrder,
  quoteOrder,
  type RpcContract,
  renewIdentity,
  reviewCart,
} from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Authority } from './authority.js';
import type { Person, World } from './world.js';

/** The answers of the site's neighbours, by contract. */
export type Answers = Map<RpcContract, RpcHandler<RpcContract>>;

const orderUnknown = failed('order-unknown', 'You have no order with this id.');

/** Small services that do what their contracts say. */
export function answersFrom(world: World, authority: Authority): Answers {
  const answers: Answers = new Map();
  function serve<Contract extends RpcContract>(contract: Contract, handler: RpcHandler<Contract>): void {
    answers.set(contract, handler as unknown as RpcHandler<RpcContract>);
  }

  async function vouch({ password, ...account }: Person) {
    return { ok: true as const, account, identity: await authority.identityOf(account) };
  }
  serve(getIdentityKeys, async () => ({ ok: true, keys: [authority.publicKey] }));
  serve(login, async ({ email, password }) => {
    const person = world.people.find((each) => each.email === email && each.password === password);
    return person ? vouch(person) : failed('wrong-credentials', 'No account has these.');
  });
  serve(createAccount, async ({ name, email, password }) =>
    world.people.some((person) => person.email === email)
      ? failed('email-taken', 'It exists.')
      : vouch(world.know({ name, email, password })),
  );
  serve(renewIdentity, async ({ identity }) => {
    const person = world.people.find((each) => each.userId === authority.subjectOf(identity));
    return person ? vouch(person) : failed('identity-ended', 'Log in again.');
  });

  serve(catalog, async (request) => {
    const named = [...new Set(world.products.map((product) => product.category))];
    const categories = named.map((name) => ({
      name,
      products: world.products.filter((product) => product.category === name).length,
    }));
    if ('productIds' in request) {
      const products = world.products.filter(({ productId }) => request.productIds.includes(productId));
      return { ok: true, products, total: products.length, categories };
    }
    if ('all' in request)
      return { ok: true, products: world.products, total: world.products.length, categories };
    const { search = '', category, page, pageSize } = request;
    const found = world.products
      .filter((product) => product.name.toLowerCase().includes(search.toLowerCase()))
      .filter((product) => category === undefined || product.category === category);
    const products = found.slice((page - 1) * pageSize, page * pageSize);
    return { ok: true, products, total: found.length, categories };
  });
  serve(getImage, async ({ image }) => {
    const bytes = world.images.get(image);
    if (!bytes) return failed('image-unknown', 'No product has this image.');
    return { ok: true, contentType: 'image/webp' as const, base64: bytes.toString('base64') };
  });
  serve(createProduct, async ({ name, quantity, price, description, category }) => {
    const product = world.sell({ name, price, description, category, available: quantity });
    return { ok: true, product };
  });

  serve(getCart, async ({ id }) => ({ ok: true, cart: world.cart(id) }));
  serve(reviewCart, async ({ id }) => ({ ok: true, ...world.review(id) }));
  serve(changeCart, async ({ id, itemid, qty }) => {
    const product = world.products.find((each) => each.productId === itemid);
    if (!product) return failed('product-unknown', 'The shop has no such product.');
    const inCart = world.quantityIn(id, itemid);
    const { name, available } = product;
    if (qty > 0 && inCart + qty > available) {
      const details = { name, available, inCart };
      return failed('insufficient-stock', 'The cart would hold more than there is.', details);
    }
    world.put(id, itemid, inCart + qty);
    return { ok: true, cart: world.cart(id) };
  });
  serve(mergeCart, async ({ guestId }, { identity }) => {
    const id = identity?.userId ?? '';
    for (const { productId, quantity } of world.carts.get(guestId)?.items ?? []) {
      world.put(id, productId, world.quantityIn(id, productId) + quantity);
    }
    world.carts.delete(guestId);
    return { ok: true, cart: world.cart(id) };
  });

  serve(quoteOrder, async (_request, { identity }) => {
    const { cart, changes } = world.review(identity?.userId ?? '');
    const shipping = { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 };
    return { ok: true, cart, changes, shipping, total: cart.subtotal + 500, currency: 'SGD' };
  });
  serve(placeOrder, async (_request, { identity }) => {
    const userId = identity?.userId ?? '';
    const { lines, subtotal } = world.cart(userId);
    const { orderId, number } = world.order({
      userId,
      state: 'awaiting-payment',
      lines: lines.map(({ available, ...line }) => line),
      subtotal,
      total: subtotal + 500,
    });
    return { ok: true, orderId, number, checkoutUrl: `http://localhost:4242/c/pay/cs_test_${orderId}` };
  });

  function ownOrder(orderId: string, userId: string | undefined) {
    return world.orders.find((order) => order.orderId === orderId && order.userId === userId);
  }
  serve(confirmPayment, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });
  serve(cancelCheckout, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    if (order?.state === 'awaiting-payment') {
      Object.assign(order, { state: 'cancelled', cancelReason: 'shopper-went-back' });
    }
    return order ? { ok: true, order } : orderUnknown;
  });
  serve(getOrders, async ({ userId }, { identity }) =>
    userId === identity?.userId
      ? { ok: true, orders: world.orders.filter((order) => order.userId === userId) }
      : failed('not-your-orders', 'Only the account itself or an admin may see these orders.'),
  );
  serve(getOrder, async ({ orderId }, { identity }) => {
    const order = ownOrder(orderId, identity?.userId);
    return order ? { ok: true, order } : orderUnknown;
  });
  return answers;
}
