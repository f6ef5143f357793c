import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, refusalOf, type TestDatabase } from './database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

interface Stock {
  _id: string;
  available: number;
  sold: number;
  holds: { orderId: string; quantity: number; state: string }[];
}

function stock(name: string) {
  return test.database.collection<Stock>(name);
}

async function settle(work: Promise<unknown>[]): Promise<{ done: number; duplicates: number }> {
  const results = await Promise.allSettled(work);
  const refused = results.filter((result) => result.status === 'rejected');
  for (const { reason } of refused) expect(reason.code).toBe(11000);
  return { done: results.length - refused.length, duplicates: refused.length };
}

describe('many shoppers at once', () => {
  it('40 reservations of the last 10 units: 10 succeed, nothing is oversold', async () => {
    const products = stock('reserve');
    await products.insertOne({ _id: 'mug', available: 10, sold: 0, holds: [] });
    const tries = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        products.updateOne(
          { _id: 'mug', available: { $gte: 1 }, 'holds.orderId': { $ne: `o${i}` } },
          { $inc: { available: -1 }, $push: { holds: { orderId: `o${i}`, quantity: 1, state: 'held' } } },
        ),
      ),
    );
    expect(tries.filter(({ modifiedCount }) => modifiedCount === 1)).toHaveLength(10);
    const after = await products.findOne({ _id: 'mug' });
    expect(after?.available).toBe(0);
    expect(new Set(after?.holds.map(({ orderId }) => orderId)).size).toBe(10);
  });

  it('one reservation repeated twenty times at once takes stock once', async () => {
    const products = stock('repeat');
    await products.insertOne({ _id: 'mug', available: 10, sold: 0, holds: [] });
    const tries = await Promise.all(
      Array.from({ length: 20 }, () =>
        products.updateOne(
          { _id: 'mug', available: { $gte: 2 }, 'holds.orderId': { $ne: 'o1' } },
          { $inc: { available: -2 }, $push: { holds: { orderId: 'o1', quantity: 2, state: 'held' } } },
        ),
      ),
    );
    expect(tries.filter(({ matchedCount }) => matchedCount === 1)).toHaveLength(1);
    expect(await products.findOne({ _id: 'mug' })).toMatchObject({
      available: 8,
      holds: [{ orderId: 'o1' }],
    });
  });

  it('a hold is sold once, however often it is asked', async () => {
    const products = stock('sell');
    const holds = ['o1', 'o2', 'o3'].map((orderId) => ({ orderId, quantity: 1, state: 'held' }));
    await products.insertOne({ _id: 'mug', available: 0, sold: 0, holds });
    const tries = await Promise.all(
      Array.from({ length: 10 }, () =>
        products.updateOne(
          { _id: 'mug', holds: { $elemMatch: { orderId: 'o2', state: 'held' } } },
          { $set: { 'holds.$.state': 'sold' }, $inc: { sold: 1 } },
        ),
      ),
    );
    expect(tries.filter(({ modifiedCount }) => modifiedCount === 1)).toHaveLength(1);
    const after = await products.findOne({ _id: 'mug' });
    expect(after?.holds.map(({ state }) => state)).toEqual(['held', 'sold', 'held']);
    expect(after?.sold).toBe(1);
  });

  it('fifty registrations with one address make one account', async () => {
    const accounts = test.database.collection('accounts');
    await accounts.createIndex({ email: 1 }, { unique: true });
    const registrations = Array.from({ length: 50 }, (_, i) => accounts.insertOne({ email: 'a@b.test', i }));
    expect(await settle(registrations)).toEqual({ done: 1, duplicates: 49 });
    expect(await accounts.countDocuments({ email: 'a@b.test' })).toBe(1);
  });

  it('upserts of one key at once make one document and lose no count', async () => {
    const counters = test.database.collection<{ _id: string; key: string; n: number }>('counters');
    await counters.createIndex({ key: 1 }, { unique: true });
    const { done } = await settle(
      Array.from({ length: 30 }, () =>
        counters.updateOne({ key: 'visits' }, { $inc: { n: 1 } }, { upsert: true }),
      ),
    );
    const all = await counters.find({ key: 'visits' }).toArray();
    expect(all).toHaveLength(1);
    expect(all[0]?.n).toBe(done);
  });

  it('twenty workers taking jobs never take the same one', async () => {
    const jobs = test.database.collection<{ _id: number; state: string; worker?: number }>('jobs');
    await jobs.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, state: 'waiting' })));
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, worker) =>
        jobs.findOneAndUpdate(
          { state: 'waiting' },
          { $set: { state: 'taken', worker } },
          { sort: { _id: 1 } },
        ),
      ),
    );
    const ids = taken.flatMap((job) => (job ? [job._id] : []));
    expect(ids.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('an update that fails half-way leaves the document as it was', async () => {
    const products = test.database.collection<{ _id: string; count: number; name: string }>('failing');
    await products.insertOne({ _id: 'mug', count: 1, name: 'Mug' });
    const refusal = await refusalOf(
      products.updateOne({ _id: 'mug' }, { $inc: { count: 1, name: 1 } as never }),
    );
    expect(refusal.code).toBe(14);
    expect(await products.findOne({ _id: 'mug' })).toEqual({ _id: 'mug', count: 1, name: 'Mug' });
  });

  it('an update that would break a unique index changes nothing, and the index stays right', async () => {
    const users = test.database.collection<{ _id: number; email: string; n: number }>('unique_update');
    await users.createIndex({ email: 1 }, { unique: true });
    await users.insertMany([
      { _id: 1, email: 'a', n: 0 },
      { _id: 2, email: 'b', n: 0 },
    ]);
    const refusal = await refusalOf(users.updateOne({ _id: 2 }, { $set: { email: 'a' }, $inc: { n: 1 } }));
    expect(refusal).toMatchObject({ code: 11000 });
    expect(await users.findOne({ _id: 2 })).toEqual({ _id: 2, email: 'b', n: 0 });
    await users.updateOne({ _id: 1 }, { $set: { email: 'c' } });
    await users.updateOne({ _id: 2 }, { $set: { email: 'a' } });
    expect(await users.findOne({ email: 'a' })).toMatchObject({ _id: 2 });
  });

  it('an ordered insert stops at the first duplicate, an unordered one goes on', async () => {
    const things = test.database.collection<{ _id: number }>('ordered');
    const documents = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    await refusalOf(things.insertMany(documents));
    expect(await things.distinct('_id')).toEqual([1]);
    const refusal = await refusalOf(
      things.insertMany([{ _id: 1 }, { _id: 3 }, { _id: 4 }], { ordered: false }),
    );
    expect(refusal.code).toBe(11000);
    expect((await things.distinct('_id')).sort()).toEqual([1, 3, 4]);
  });
});
