import { setTimeout as delay } from 'node:timers/promises';
import { createKeyedMutex, isDuplicateKey, notJournaled } from '@micromall/platform';
import { type Connection, type Model, Schema } from 'mongoose';
import { isAccountCart } from '../domain/ownership.js';
import { type CartItem, type Merge, type StoredCart, unusedCart } from '../domain/stored-cart.js';

/** How long after its last change a guest's cart is deleted; an account's cart stays. */
const guestCartLifetimeMs = 30 * 24 * 60 * 60 * 1_000;

/** An attempt fails only because another change was stored, so this many failures are a fault. */
const mostAttempts = 200;
const longestDelayMs = 20;

/** A decision about a cart: the cart as it should be (the same object: no change), and a result for the caller. */
export interface Decision<Result> {
  readonly cart: StoredCart;
  readonly result: Result;
}

export interface CartStore {
  /** A cart that nobody has used yet is empty, in version 0. */
  find(id: string): Promise<StoredCart>;
  /**
   * Changes a cart as one atomic step: `decide` sees the cart as it is, and is asked again whenever someone else
   * changed it before its decision was stored.
   * @returns the last decision, with the version that was stored
   */
  update<Result>(id: string, decide: Decide<Result>): Promise<Decision<Result>>;
}

type Decide<Result> = (cart: StoredCart) => Decision<Result> | Promise<Decision<Result>>;

interface CartDocument {
  _id: string;
  version: number;
  items: CartItem[];
  calls: string[];
  /** Ids of merges. */
  moves: string[];
  orders: string[];
  /** The pending merge. */
  moving?: Merge | null;
  updatedAt: Date;
  /** Only guests' carts have one: the database deletes them then. */
  endsAt?: Date | null;
}

const itemSchema = new Schema(
  {
    productId: { type: String, required: true },
    name: { type: String, required: true },
    quantity: { type: Number, required: true },
    addedAt: { type: Date, required: true },
  },
  { _id: false },
);
const mergeSchema = new Schema(
  {
    id: { type: String, required: true },
    into: { type: String, required: true },
    items: { type: [itemSchema], required: true },
  },
  { _id: false },
);
const schema = new Schema<CartDocument>(
  {
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    items: { type: [itemSchema], required: true },
    calls: { type: [String], required: true },
    moves: { type: [String], required: true },
    orders: { type: [String], required: true },
    moving: { type: mergeSchema },
    updatedAt: { type: Date, required: true },
    endsAt: { type: Date },
  },
  // A power cut may cost the last clicks, which is cheaper than waiting for the disk at each click.
  { versionKey: false, writeConcern: notJournaled },
);
schema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });

export async function openCartStore(database: Connection): Promise<CartStore> {
  const model = database.model<CartDocument>('Cart', schema, 'carts');
  await model.createIndexes();
  const oneAtATime = createKeyedMutex();

  async function find(id: string): Promise<StoredCart> {
    const document = await model.findById(id).lean<CartDocument>();
    return document === null ? unusedCart(id) : toCart(document);
  }

  return {
    find,
    async update(id, decide) {
      // After a conflict the changes of this process take turns, so that they don't conflict with each other.
      return (await attempt(id, decide)) ?? oneAtATime(id, () => attemptUntilStored(id, decide));
    },
  };

  async function attemptUntilStored<Result>(id: string, decide: Decide<Result>): Promise<Decision<Result>> {
    for (let attempts = 1; attempts <= mostAttempts; attempts += 1) {
      const stored = await attempt(id, decide);
      if (stored) return stored;
      // Another process was quicker. A random delay keeps two processes from conflicting again and again.
      await delay(Math.random() * Math.min(attempts, longestDelayMs));
    }
    throw new Error(`a cart changed ${mostAttempts} times while one change was made`);
  }

  /** Undefined if someone else changed the cart meanwhile. */
  async function attempt<Result>(id: string, decide: Decide<Result>): Promise<Decision<Result> | undefined> {
    const before = await find(id);
    const decision = await decide(before);
    if (decision.cart === before) return decision;
    const after = { ...decision.cart, version: before.version + 1 };
    return (await replace(model, before, after)) ? { ...decision, cart: after } : undefined;
  }
}

/** False if someone else changed the cart since it was read. */
async function replace(model: Model<CartDocument>, before: StoredCart, after: StoredCart): Promise<boolean> {
  const document = documentOf(after, new Date());
  if (before.version > 0) {
    const { matchedCount } = await model.replaceOne({ _id: before.id, version: before.version }, document);
    return matchedCount === 1;
  }
  try {
    await model.create(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function documentOf(cart: StoredCart, now: Date): CartDocument {
  return {
    _id: cart.id,
    version: cart.version,
    items: [...cart.items],
    calls: [...cart.callIds],
    moves: [...cart.mergeIds],
    orders: [...cart.orderIds],
    updatedAt: now,
    ...(cart.pendingMerge ? { moving: cart.pendingMerge } : {}),
    ...(isAccountCart(cart.id) ? {} : { endsAt: new Date(now.getTime() + guestCartLifetimeMs) }),
  };
}

function toCart({ _id, version, items, calls, moves, orders, moving }: CartDocument): StoredCart {
  return {
    id: _id,
    version,
    items,
    callIds: calls,
    mergeIds: moves,
    orderIds: orders,
    pendingMerge: moving ?? undefined,
  };
}
