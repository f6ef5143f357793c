import { setTimeout as wait } from 'node:timers/promises';
import { createKeyedMutex, isDuplicateKey, notJournaled } from '@micromall/platform';
import { type Connection, type Model, Schema } from 'mongoose';
import { type CartItem, type KeptCart, type Move, unusedCart } from '../domain/kept-cart.js';
import { isAccountCart } from '../domain/ownership.js';

/** A guest's cart that nobody changes for so long ends; an account's cart stays. */
const guestCartLifetimeMs = 30 * 24 * 60 * 60 * 1_000;

/** Each try loses only because another change was kept, so this many mean that something is wrong. */
const mostTries = 200;
const longestPauseMs = 20;

/** What a decision about a cart comes to: the cart as it should be (the same object: leave it), and what to say. */
export interface Step<Result> {
  readonly cart: KeptCart;
  readonly result: Result;
}

export interface CartStore {
  /** A cart that nobody has used yet is empty, in version 0. */
  find(id: string): Promise<KeptCart>;
  /**
   * Changes a cart as one atomic step: `decide` sees the cart as it is, and is asked again whenever someone else
   * changed it before its decision was kept.
   * @returns the last decision, with the version that was kept
   */
  update<Result>(id: string, decide: Decide<Result>): Promise<Step<Result>>;
}

type Decide<Result> = (cart: KeptCart) => Step<Result> | Promise<Step<Result>>;

interface CartDocument {
  _id: string;
  version: number;
  items: CartItem[];
  calls: string[];
  moves: string[];
  orders: string[];
  moving?: Move | null;
  updatedAt: Date;
  /** Only guests' carts have one: the database removes them then. */
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
const moveSchema = new Schema(
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
    moving: { type: moveSchema },
    updatedAt: { type: Date, required: true },
    endsAt: { type: Date },
  },
  // Waiting for the disk at each click would cost more than the cart that a power cut takes.
  { versionKey: false, writeConcern: notJournaled },
);
schema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });

export async function openCartStore(database: Connection): Promise<CartStore> {
  const model = database.model<CartDocument>('Cart', schema, 'carts');
  await model.createIndexes();
  const inTurn = createKeyedMutex();

  async function find(id: string): Promise<KeptCart> {
    const document = await model.findById(id).lean<CartDocument>();
    return document === null ? unusedCart(id) : kept(document);
  }

  return {
    find,
    async update(id, decide) {
      const kept = await tryOnce(id, decide);
      // Losers of one process go on one by one, so that they don't take the next version from each other.
      return kept ?? inTurn(id, () => tryUntilKept(id, decide));
    },
  };

  async function tryUntilKept<Result>(id: string, decide: Decide<Result>): Promise<Step<Result>> {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const kept = await tryOnce(id, decide);
      if (kept) return kept;
      // Another process was quicker: two that lose together would lose together again.
      await wait(Math.random() * Math.min(tries, longestPauseMs));
    }
    throw new Error(`a cart changed ${mostTries} times while one change was made`);
  }

  /** Undefined if someone else changed the cart meanwhile. */
  async function tryOnce<Result>(id: string, decide: Decide<Result>): Promise<Step<Result> | undefined> {
    const before = await find(id);
    const step = await decide(before);
    if (step.cart === before) return step;
    const after = { ...step.cart, version: before.version + 1 };
    return (await replace(model, before, after)) ? { ...step, cart: after } : undefined;
  }
}

/** False if the cart is not in the version any more that the decision was made about. */
async function replace(model: Model<CartDocument>, before: KeptCart, after: KeptCart): Promise<boolean> {
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

function documentOf({ id, items, calls, moves, orders, version, moving }: KeptCart, now: Date): CartDocument {
  return {
    _id: id,
    version,
    items: [...items],
    calls: [...calls],
    moves: [...moves],
    orders: [...orders],
    updatedAt: now,
    ...(moving ? { moving } : {}),
    ...(isAccountCart(id) ? {} : { endsAt: new Date(now.getTime() + guestCartLifetimeMs) }),
  };
}

function kept({ _id, version, items, calls, moves, orders, moving }: CartDocument): KeptCart {
  return { id: _id, version, items, calls, moves, orders, moving: moving ?? undefined };
}
