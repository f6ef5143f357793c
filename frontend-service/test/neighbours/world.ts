import { randomBytes } from 'node:crypto';
import type { Account, Cart, CartChange, Order, Product } from '@micromall/contracts';

export type Person = Account & { password: string };

/** What the shop around the site holds, in memory. A test changes it as it likes. */
export class World {
  readonly products: Product[] = [];
  readonly images = new Map<string, Buffer>();
  readonly people: Person[] = [];
  readonly orders: Order[] = [];
  readonly carts = new Map<
    string,
    { version: number; items: readonly { productId: string; quantity: number }[] }
  >();

  sell(about: Partial<Product> = {}): Product {
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

  know(about: Partial<Person> = {}): Person {
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

  order(about: Partial<Order> & { userId: string }): Order {
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
    const kept = this.carts.get(id) ?? { version: 0, items: [] };
    const lines = kept.items.flatMap(({ productId, quantity }) => {
      const product = this.products.find((each) => each.productId === productId);
      if (!product) return [];
      const { name, image, price, available } = product;
      return [{ productId, name, image, price, quantity, available, amount: price * quantity }];
    });
    return {
      id,
      version: kept.version,
      lines,
      count: lines.reduce((sum, line) => sum + line.quantity, 0),
      subtotal: lines.reduce((sum, line) => sum + line.amount, 0),
      currency: 'SGD',
    };
  }

  quantityIn(cartId: string, productId: string): number {
    return this.carts.get(cartId)?.items.find((item) => item.productId === productId)?.quantity ?? 0;
  }

  put(cartId: string, productId: string, quantity: number): void {
    const kept = this.carts.get(cartId) ?? { version: 0, items: [] };
    const others = kept.items.filter((item) => item.productId !== productId);
    this.carts.set(cartId, {
      version: kept.version + 1,
      items: quantity > 0 ? [...others, { productId, quantity }] : others,
    });
  }

  /** Brings a cart in line with the stock. */
  review(id: string): { cart: Cart; changes: CartChange[] } {
    const changes: CartChange[] = [];
    for (const { productId, name, quantity, available } of this.cart(id).lines) {
      if (quantity <= available) continue;
      changes.push({ productId, name, from: quantity, to: available });
      this.put(id, productId, available);
    }
    return { cart: this.cart(id), changes };
  }
}

export function newId(): string {
  return randomBytes(12).toString('hex');
}
