import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Doc, type Json, openTestDatabase, refusalOf, type TestDatabase } from './database.js';

let test: TestDatabase;
let collections = 0;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

function fresh() {
  collections += 1;
  return test.database.collection<Doc>(`indexed${collections}`);
}

/** How many documents a filter looks at, and how many it finds. */
async function examined(
  collection: ReturnType<typeof fresh>,
  filter: Json,
): Promise<{ looked: number; found: number }> {
  const { executionStats } = await collection.find(filter).explain('executionStats');
  return { looked: executionStats.totalDocsExamined, found: executionStats.nReturned };
}

describe('equality on an indexed field does not read the whole collection', () => {
  const documents = Array.from({ length: 300 }, (_, i) => ({
    _id: i,
    sku: `s${i}`,
    user: `u${i % 100}`,
    state: i % 2 ? 'paid' : 'open',
    address: { city: `c${i % 50}` },
    holds: [
      { orderId: `o${i}`, state: 'held' },
      { orderId: `p${i}`, state: 'sold' },
    ],
    tags: [`t${i}`, `t${i + 1}`],
  }));

  async function indexed() {
    const collection = fresh();
    await collection.insertMany(documents.map((document) => ({ ...document })));
    await collection.createIndexes([
      { key: { sku: 1 }, unique: true },
      { key: { user: 1, state: 1, at: -1 } },
      { key: { 'address.city': 1 } },
      { key: { 'holds.orderId': 1 } },
      { key: { tags: 1 } },
    ]);
    return collection;
  }

  it.each<[string, Json, number]>([
    ['_id', { _id: 5 }, 1],
    ['_id among others', { _id: { $in: [5, 6, 999] } }, 2],
    ['a unique field', { sku: 's7' }, 1],
    ['a unique field and more', { sku: 's7', state: 'paid' }, 1],
    ['$in', { sku: { $in: ['s1', 's2', 's3'] } }, 3],
    ['the first field of a compound index', { user: 'u7' }, 3],
    ['the first two', { user: 'u7', state: 'paid' }, 3],
    ['a dotted field', { 'address.city': 'c3' }, 6],
    ['a field in an array of documents', { 'holds.orderId': 'p9' }, 1],
    ['$elemMatch in an array of documents', { holds: { $elemMatch: { orderId: 'o9', state: 'held' } } }, 1],
    ['a value in an array', { tags: 't5' }, 2],
    ['within $and', { $and: [{ sku: 's9' }, { state: 'paid' }] }, 1],
  ])('%s', async (_rule, filter, found) => {
    const collection = await indexed();
    const result = await examined(collection, filter);
    expect(result.found).toBe(found);
    expect(result.looked).toBeLessThanOrEqual(found + 1);
    expect(await collection.countDocuments(filter)).toBe(found);
  });

  it('a range on an indexed field, with a sort, is right', async () => {
    const collection = await indexed();
    const found = await collection
      .find({ sku: { $gte: 's98' } })
      .sort({ sku: -1 })
      .toArray();
    expect(found.map(({ sku }) => sku)).toEqual(['s99', 's98']);
  });

  it('the index follows updates and deletions', async () => {
    const collection = await indexed();
    await collection.updateOne({ sku: 's5' }, { $set: { sku: 'moved', tags: ['only'] } });
    await collection.deleteOne({ sku: 's6' });
    expect(await collection.findOne({ sku: 's5' })).toBeNull();
    expect(await collection.findOne({ sku: 's6' })).toBeNull();
    expect(await collection.findOne({ sku: 'moved', tags: 'only' })).toMatchObject({ _id: 5 });
    expect(await collection.countDocuments({ tags: 't6' })).toBe(0);
  });

  it('conditions met by two elements of one array are found through a compound index', async () => {
    const collection = fresh();
    await collection.createIndex({ 'items.sku': 1, 'items.n': 1 });
    await collection.insertOne({
      _id: 1,
      items: [
        { sku: 'a', n: 1 },
        { sku: 'b', n: 2 },
      ],
    });
    expect(await collection.countDocuments({ 'items.sku': 'a', 'items.n': 2 })).toBe(1);
    expect(await collection.countDocuments({ items: { $elemMatch: { sku: 'a', n: 2 } } })).toBe(0);
  });

  it('null is found where the field is missing', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1 });
    await collection.insertMany([{ _id: 1 }, { _id: 2, a: null }, { _id: 3, a: 1 }]);
    expect(await collection.countDocuments({ a: null })).toBe(2);
  });
});

describe('unique indexes', () => {
  it('a compound one wants the combination unique', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1, b: 1 }, { unique: true });
    await collection.insertMany([
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ]);
    const refusal = await refusalOf(collection.insertOne({ a: 1, b: 2 }));
    expect(refusal).toMatchObject({ code: 11000, keyPattern: { a: 1, b: 1 }, keyValue: { a: 1, b: 2 } });
  });

  it('a missing field counts as null, unless the index is sparse', async () => {
    const [dense, sparse] = [fresh(), fresh()];
    await dense.createIndex({ a: 1 }, { unique: true });
    await sparse.createIndex({ a: 1 }, { unique: true, sparse: true });
    await dense.insertOne({});
    expect((await refusalOf(dense.insertOne({}))).code).toBe(11000);
    await sparse.insertMany([{}, {}, { a: 1 }]);
    expect((await refusalOf(sparse.insertOne({ a: 1 }))).code).toBe(11000);
    expect(await sparse.countDocuments({ a: null })).toBe(2);
  });

  it('a partial one looks only at what its filter says', async () => {
    const collection = fresh();
    await collection.createIndex(
      { email: 1 },
      { unique: true, partialFilterExpression: { state: 'active' } },
    );
    await collection.insertMany([
      { email: 'a', state: 'gone' },
      { email: 'a', state: 'gone' },
      { email: 'a', state: 'active' },
    ]);
    expect((await refusalOf(collection.insertOne({ email: 'a', state: 'active' }))).code).toBe(11000);
    expect(await collection.countDocuments({ email: 'a' })).toBe(3);
    expect(await collection.countDocuments({ email: 'a', state: 'active' })).toBe(1);
    const refusal = await refusalOf(collection.updateMany({ email: 'a' }, { $set: { state: 'active' } }));
    expect(refusal.code).toBe(11000);
  });

  it('in an array, elements of two documents may not meet', async () => {
    const collection = fresh();
    await collection.createIndex({ codes: 1 }, { unique: true });
    await collection.insertOne({ codes: ['a', 'b', 'a'] });
    expect((await refusalOf(collection.insertOne({ codes: ['c', 'b'] }))).code).toBe(11000);
    await collection.insertOne({ codes: ['c', 'd'] });
  });

  it('numbers of different types are one value', async () => {
    const collection = fresh();
    await collection.createIndex({ n: 1 }, { unique: true });
    await collection.insertOne({ n: 1 });
    expect((await refusalOf(collection.insertOne({ n: 1.0 }))).code).toBe(11000);
  });

  it('one can’t be built over duplicates', async () => {
    const collection = fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    expect((await refusalOf(collection.createIndex({ a: 1 }, { unique: true }))).code).toBe(11000);
    expect(await collection.indexes()).toHaveLength(1);
  });

  it('two arrays in one compound index are refused', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1, b: 1 });
    expect((await refusalOf(collection.insertOne({ a: [1], b: [2] }))).code).toBe(171);
  });
});

describe('the list of indexes', () => {
  it('names, options and order are kept', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1, b: -1 }, { unique: true });
    await collection.createIndex({ c: 1 }, { expireAfterSeconds: 60, name: 'soon' });
    expect(await collection.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true },
      { v: 2, key: { c: 1 }, name: 'soon', expireAfterSeconds: 60 },
    ]);
  });

  it('the same index again is no error, a different one of that name is', async () => {
    const collection = fresh();
    await collection.createIndex({ a: 1 });
    await collection.createIndex({ a: 1 });
    expect((await refusalOf(collection.createIndex({ b: 1 }, { name: 'a_1' }))).code).toBe(86);
    expect((await refusalOf(collection.createIndex({ a: 1 }, { unique: true }))).code).toBe(86);
    expect((await refusalOf(collection.createIndex({ a: 1 }, { name: 'other' }))).code).toBe(85);
    expect((await refusalOf(collection.createIndex({ a: 1 }, { expireAfterSeconds: 5 }))).code).toBe(85);
  });

  it('indexes of a collection that is not there are refused', async () => {
    expect((await refusalOf(fresh().indexes())).code).toBe(26);
  });
});
