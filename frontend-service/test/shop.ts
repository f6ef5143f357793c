import type { Account, Cart, CartChange, Order, Product } from '@micromall/contracts';
import { newId } from '@micromall/test-kit';

export type Person = Account & { password: string };

/** One "Pay now" that became an order. */
interface Attempt {
  readonly checkoutId: string;
  readonly cartVersion: number;
  readonly confirmedTotal: number;
  readonly order: Order;
}

/** What the services around the site hold, in memory. A test changes it as it likes. */
export class TestShop {
  readonly products: Product[] = [];
  readonly images = new Map<string, Buffer>();
  readonly people: Person[] = [];
  readonly orders: Order[] = [];
  readonly attempts: Attempt[] = [];
  readonly carts = new Map<
    string,
    { version: number; items: readonly { productId: string; quantity: number }[] }
  >();

  addProduct(about: Partial<Product> = {}): Product {
    const product: Product = {
      productId: newId(),
      name: 'Stoneware mug',
      description: 'Holds 350 ml and keeps it warm.',
      category: 'Kitchen',
      price: 1850,
      currency: 'SGD',
      available: 24,
      image: null,
      ...about,
    };
    this.products.push(product);
    return product;
  }

  addPerson(about: Partial<Person> = {}): Person {
    const userId = newId();
    const person: Person = {
      userId,
      name: 'Ada',
      email: `${userId}@example.com`,
      role: 'shopper',
      password: 'correct horse',
      ...about,
    };
    this.people.push(person);
    return person;
  }

  addOrder(about: Partial<Order> & { userId: string }): Order {
    const at = '2026-11-21T12:00:00.000Z';
    const line = { name: 'Stoneware mug', image: null, price: 1850, quantity: 2, amount: 3700 };
    const order: Order = {
      orderId: newId(),
      number: `MM-${newId().slice(0, 8).toUpperCase()}`,
      state: 'paid',
      lines: [{ productId: newId(), ...line }],
      subtotal: 3700,
      shipping: 500,
      total: 4200,
      currency: 'SGD',
      createdAt: at,
      history: [{ state: 'awaiting-payment', at }],
      cancelReason: null,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      ...about,
    };
    this.orders.unshift(order);
    return order;
  }

  cart(id: string): Cart {
    const stored = this.carts.get(id) ?? { version: 0, items: [] };
    const lines = stored.items.flatMap(({ productId, quantity }) => {
      const product = this.products.find((each) => each.productId === productId);
      if (!product) return [];
      const { name, image, price, available } = product;
      return [{ productId, name, image, price, quantity, available, amount: price * quantity }];
    });
    return {
      id,
      version: stored.version,
      lines,
      count: lines.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: lines.reduce((sum, line) => sum + line.amount, 0),
      currency: 'SGD',
    };
  }

  quantityIn(cartId: string, productId: string): number {
    return this.carts.get(cartId)?.items.find((item) => item.productId === productId)?.quantity ?? 0;
  }

  setQuantity(cartId: string, productId: string, quantity: number): void {
    const stored = this.carts.get(cartId) ?? { version: 0, items: [] };
    const others = stored.items.filter((item) => item.productId !== productId);
    this.carts.set(cartId, {
      version: stored.version + 1,
      items: quantity > 0 ? [...others, { productId, quantity }] : others,
    });
  }

  /** Brings a cart in line with the stock, to which the units count that the shopper's own open orders hold. */
  review(id: string): { cart: Cart; changes: CartChange[] } {
    const changes: CartChange[] = [];
    for (const { productId, name, quantity, available } of this.cart(id).lines) {
      const to = available + this.heldFor(id, productId);
      if (quantity <= to) continue;
      changes.push({ productId, name, from: quantity, to });
      this.setQuantity(id, productId, to);
    }
    return { cart: this.cart(id), changes };
  }

  heldFor(userId: string, productId: string): number {
    return this.attempts
      .filter(({ order }) => order.userId === userId && order.state === 'awaiting-payment')
      .flatMap(({ order }) => order.lines)
      .filter((line) => line.productId === productId)
      .reduce((sum, line) => sum + line.quantity, 0);
  }

  /** Takes the units of an order out of the stock, or (`-1`) puts them back. */
  reserve(order: Order, sign: 1 | -1 = 1): void {
    for (const { productId, quantity } of order.lines) {
      const product = this.products.find((each) => each.productId === productId);
      if (product) product.available -= sign * quantity;
    }
  }

  cancelToken(orderId: string): string {
    return `secret-of-${orderId}`;
  }

  /** Where "Back" on the payment page of an order leads. */
  returnAddress(orderId: string): string {
    return `/cancel?order=${orderId}&token=${this.cancelToken(orderId)}`;
  }
}
