import mongoose, { Schema } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, refusalOf, type TestDatabase } from './database.js';

let test: TestDatabase;
let connection: mongoose.Connection;

const productSchema = new Schema(
  {
    sku: { type: String, unique: true, required: true },
    name: String,
    price: Number,
    stock: { type: Number, min: 0 },
    tags: [String],
    details: Schema.Types.Mixed,
  },
  { timestamps: true },
);
const cartSchema = new Schema(
  {
    user: { type: Schema.Types.ObjectId, index: true },
    items: [{ product: { type: Schema.Types.ObjectId, ref: 'Product' }, quantity: Number }],
  },
  { timestamps: true, optimisticConcurrency: true },
);

interface Product {
  sku: string;
  name?: string;
  price?: number;
  stock?: number;
  tags?: string[];
  details?: unknown;
  createdAt?: Date;
}

interface CartItem {
  product: mongoose.Types.ObjectId;
  quantity: number;
}

interface Cart {
  user?: mongoose.Types.ObjectId;
  items: CartItem[];
}

function models() {
  return { Product: connection.model<Product>('Product'), Cart: connection.model<Cart>('Cart') };
}

beforeAll(async () => {
  test = await openTestDatabase();
  connection = await mongoose.createConnection(test.url, { dbName: test.name }).asPromise();
  connection.model<Product>('Product', productSchema);
  connection.model<Cart>('Cart', cartSchema);
});

afterAll(async () => {
  await connection.close();
  await test.close();
});

beforeEach(async () => {
  await connection.dropDatabase();
  const { Product, Cart } = models();
  await Product.createIndexes();
  await Cart.createIndexes();
});

describe('a service keeps its documents through mongoose', () => {
  it('a created product comes back with its types', async () => {
    const { Product } = models();
    const made = await Product.create({
      sku: 'pen',
      name: 'Pen',
      price: 199,
      stock: 5,
      tags: ['blue', 'ink'],
      details: { deep: { weight: 1.5, since: new Date(0), nothing: null } },
    });
    const found = await Product.findById(made._id);
    expect(found?.toObject()).toMatchObject({
      sku: 'pen',
      price: 199,
      tags: ['blue', 'ink'],
      details: { deep: { weight: 1.5, since: new Date(0), nothing: null } },
    });
    expect(found?.createdAt).toBeInstanceOf(Date);
  });

  it('a second product with the same stock keeping unit is refused by the unique index', async () => {
    const { Product } = models();
    await Product.create({ sku: 'pen' });
    expect(await refusalOf(Product.create({ sku: 'pen' }))).toMatchObject({
      code: 11000,
      keyPattern: { sku: 1 },
      keyValue: { sku: 'pen' },
    });
  });

  it('a catalogue page is sorted, cut and reduced to what is shown', async () => {
    const { Product } = models();
    await Product.insertMany(
      Array.from({ length: 250 }, (_, i) => ({ sku: `s${i}`, name: `N${i}`, price: i })),
    );
    const page = await Product.find({ price: { $gte: 10 } })
      .sort('-price')
      .skip(1)
      .limit(2)
      .select('price -_id')
      .lean();
    expect(page).toEqual([{ price: 248 }, { price: 247 }]);
    expect(await Product.countDocuments({ price: { $lt: 100 } })).toBe(100);
    expect(await Product.estimatedDocumentCount()).toBe(250);
  });

  it('a long list arrives whole, batch by batch', async () => {
    const { Product } = models();
    await Product.insertMany(Array.from({ length: 250 }, (_, i) => ({ sku: `s${i}`, price: i })));
    const seen: number[] = [];
    for await (const product of Product.find().batchSize(50).cursor()) seen.push(product.price ?? -1);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  it('findOneAndUpdate answers the product before or after the change', async () => {
    const { Product } = models();
    await Product.create({ sku: 'pen', stock: 3, tags: ['x'], details: { n: 1 } });
    const change = { $inc: { stock: 1 }, $push: { tags: 'y' }, $set: { 'details.n': 2 } };
    const after = await Product.findOneAndUpdate({ sku: 'pen' }, change, { returnDocument: 'after' });
    expect(after).toMatchObject({ stock: 4, details: { n: 2 } });
    expect(after?.tags?.slice()).toEqual(['x', 'y']);
    const before = await Product.findOneAndUpdate({ sku: 'pen' }, { name: 'Pencil' });
    expect(before?.name).toBeUndefined();
  });

  it('an upsert makes a document of its filter and what is set on insert', async () => {
    const { Product } = models();
    const made = await Product.findOneAndUpdate(
      { sku: 'new' },
      { $set: { name: 'New' }, $setOnInsert: { price: 5 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(made.value).toMatchObject({ sku: 'new', name: 'New', price: 5 });
    expect(made.lastErrorObject?.upserted).toBeDefined();
    const again = await Product.updateOne({ sku: 'new' }, { $setOnInsert: { price: 9 } }, { upsert: true });
    expect(again).toMatchObject({ upsertedCount: 0, matchedCount: 1 });
    expect(await Product.findOne({ sku: 'new' }).lean()).toMatchObject({ price: 5 });
  });

  it('items of a cart are changed in place and shown with their products', async () => {
    const { Product, Cart } = models();
    const pen = await Product.create({ sku: 'pen', name: 'Pen' });
    const other = new mongoose.Types.ObjectId();
    const cart = await Cart.create({
      user: new mongoose.Types.ObjectId(),
      items: [
        { product: pen._id, quantity: 1 },
        { product: other, quantity: 1 },
      ],
    });
    await Cart.updateOne({ _id: cart._id, 'items.product': other }, { $inc: { 'items.$.quantity': 4 } });
    await Cart.updateOne(
      { _id: cart._id },
      { $set: { 'items.$[single].quantity': 9 } },
      { arrayFilters: [{ 'single.quantity': 1 }] },
    );
    const quantities = (await Cart.findById(cart._id).lean())?.items?.map(
      (item: { quantity: number }) => item.quantity,
    );
    expect(quantities).toEqual([9, 5]);
    await Cart.updateOne({ _id: cart._id }, { $pull: { items: { product: other } } });
    const shown = await Cart.findById(cart._id).populate('items.product');
    expect(shown?.items).toHaveLength(1);
    expect(shown?.items[0]?.product).toMatchObject({ name: 'Pen' });
  });

  it('two people editing one cart: the later save learns that it is outdated', async () => {
    const { Cart } = models();
    const { _id } = await Cart.create({ items: [{ quantity: 1 }] });
    const [first, second] = [await Cart.findById(_id), await Cart.findById(_id)];
    first!.items[0]!.quantity = 3;
    await first!.save();
    second!.items[0]!.quantity = 4;
    await expect(second!.save()).rejects.toMatchObject({ name: 'VersionError' });
  });

  it('sales are summed by aggregation', async () => {
    const { Product } = models();
    await Product.insertMany([
      { sku: 'a', name: 'x', price: 10, tags: ['x'] },
      { sku: 'b', name: 'x', price: 20, tags: ['x', 'y'] },
      { sku: 'c', name: 'y', price: 40 },
      { sku: 'd', price: 5 },
    ]);
    const sums = await Product.aggregate([
      { $match: { tags: 'x' } },
      { $group: { _id: null, total: { $sum: '$price' }, n: { $sum: 1 } } },
    ]);
    expect(sums).toEqual([{ _id: null, total: 30, n: 2 }]);
    const byName = await Product.aggregate([
      { $group: { _id: '$name', total: { $sum: '$price' } } },
      { $sort: { total: -1 } },
    ]);
    expect(byName).toEqual([
      { _id: 'y', total: 40 },
      { _id: 'x', total: 30 },
      { _id: null, total: 5 },
    ]);
    const second = await Product.aggregate([{ $sort: { price: -1 } }, { $skip: 1 }, { $limit: 1 }]);
    expect(second).toMatchObject([{ sku: 'b', price: 20 }]);
  });

  it('many changes go in one bulk write', async () => {
    const { Product } = models();
    await Product.create({ sku: 'gone' });
    const result = await Product.bulkWrite([
      { insertOne: { document: { sku: 'made' } } },
      { updateOne: { filter: { sku: 'made' }, update: { $set: { stock: 1 } } } },
      { updateOne: { filter: { sku: 'upserted' }, update: { $set: { stock: 2 } }, upsert: true } },
      { deleteOne: { filter: { sku: 'gone' } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1 });
    expect((await Product.distinct('sku')).sort()).toEqual(['made', 'upserted']);
  });

  it('indexes of a schema are made once, however often they are asked for', async () => {
    const { Product } = models();
    await Product.createIndexes();
    expect((await Product.listIndexes()).map(({ name }) => name)).toEqual(['_id_', 'sku_1']);
  });

  it('a session without a transaction works', async () => {
    const { Product } = models();
    await Product.create({ sku: 'pen' });
    const session = await connection.startSession();
    expect(await Product.findOne({ sku: 'pen' }).session(session)).not.toBeNull();
    await session.endSession();
  });
});
