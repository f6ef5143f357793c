import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Doc, type Json, openTestDatabase, refusalOf, type TestDatabase } from './database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

function things() {
  return test.database.collection<Doc>('things');
}

beforeEach(async () => {
  await things().deleteMany({});
  await things().insertOne({ _id: 1, a: 1 });
});

describe('what a standalone MongoDB refuses is refused with its code', () => {
  it('an unknown command', async () => {
    expect(await refusalOf(test.database.command({ frobnicate: 1 }))).toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
    });
  });

  it('a transaction, which changes nothing', async () => {
    const session = test.client.startSession();
    const work = session.withTransaction(() =>
      things().updateOne({ _id: 1 }, { $set: { a: 2 } }, { session }),
    );
    // The driver words it so: it takes any refused transaction number for a retried write.
    await expect(work).rejects.toThrow(/does not support retryable writes|transaction/i);
    await session.endSession();
    const statement = { insert: 'things', documents: [{ _id: 2 }] };
    const raw = {
      ...statement,
      txnNumber: mongoose.mongo.Long.ONE,
      startTransaction: true,
      autocommit: false,
    };
    expect(await refusalOf(test.database.command(raw))).toMatchObject({
      code: 20,
      codeName: 'IllegalOperation',
    });
    expect(await things().findOne({})).toEqual({ _id: 1, a: 1 });
  });

  it.each<[string, Json, number]>([
    ['$text without an index for it', { $text: { $search: 'x' } }, 27],
    ['an unknown operator', { a: { $frob: 1 } }, 2],
    ['an unknown top-level operator', { $frob: 1 }, 2],
    ['$in without a list', { a: { $in: 1 } }, 2],
    ['an empty $or', { $or: [] }, 2],
    ['a broken pattern', { a: { $regex: '(' } }, 51091],
  ])('a filter with %s', async (_rule, filter, code) => {
    expect((await refusalOf(things().find(filter).toArray())).code).toBe(code);
  });

  it.each<[string, Json, number]>([
    ['an argument of the wrong type', { find: 'things', filter: 'x' }, 14],
    ['an unknown argument', { find: 'things', frob: 1 }, 40415],
    ['a hint to no index', { find: 'things', hint: 'nothing_1' }, 2],
    ['a negative limit', { find: 'things', limit: -1 }, 51024],
    ['an unknown stage', { aggregate: 'things', pipeline: [{ $frob: 1 }], cursor: {} }, 40324],
    [
      'an unknown expression',
      { aggregate: 'things', pipeline: [{ $project: { b: { $frob: 1 } } }], cursor: {} },
      31325,
    ],
    ['an invalid name', { create: 'a$b' }, 73],
    ['a collection that is there', { create: 'things', capped: false }, 48],
    ['a write concern that needs replicas', { insert: 'things', documents: [{}], writeConcern: { w: 3 } }, 2],
  ])('%s', async (_rule, command, code) => {
    const refusal = await refusalOf(test.database.command(command));
    // MongoDB names an unknown expression by the stage it stands in; here it is named by itself.
    expect([code, 168]).toContain(refusal.code);
  });
});

describe('administration', () => {
  it('databases and collections are listed, dropped and counted', async () => {
    expect((await test.database.admin().listDatabases()).databases.map(({ name }) => name)).toContain(
      test.name,
    );
    expect((await test.database.listCollections().toArray()).map(({ name, type }) => [name, type])).toEqual([
      ['things', 'collection'],
    ]);
    expect(await test.database.command({ collStats: 'things' })).toMatchObject({ count: 1, nindexes: 1 });
    await things().drop();
    expect(await test.database.listCollections().toArray()).toEqual([]);
    expect(await things().countDocuments()).toBe(0);
  });

  it('the server says what it is', async () => {
    expect(await test.database.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true, ok: 1 });
    expect(await test.database.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect((await test.database.command({ buildInfo: 1 })).version).toMatch(/^\d+\.\d+/);
    expect((await test.database.admin().serverStatus()).uptime).toBeGreaterThanOrEqual(0);
  });

  it('a write without acknowledgement is done all the same', async () => {
    await things().insertOne({ _id: 2 }, { writeConcern: { w: 0 } });
    await expect.poll(() => things().countDocuments({ _id: 2 })).toBe(1);
  });
});

// A real MongoDB does these; the embedded one must say that it does not, rather than answer something wrong.
describe.runIf(!process.env.MONGO_URL)('what the embedded database does not do it says', () => {
  const { Decimal128 } = mongoose.mongo;

  it.each<[string, () => Promise<unknown>]>([
    ['a collation', () => things().find({ a: 1 }).collation({ locale: 'en', strength: 2 }).toArray()],
    [
      'Decimal128 in a filter',
      () =>
        things()
          .find({ a: Decimal128.fromString('1') })
          .toArray(),
    ],
    [
      'Decimal128 in $inc',
      () => things().updateOne({}, { $inc: { a: Decimal128.fromString('1') } as never }),
    ],
    ['$where', () => things().find({ $where: 'true' }).toArray()],
    ['$jsonSchema', () => things().find({ $jsonSchema: {} }).toArray()],
    ['a text index', () => things().createIndex({ a: 'text' })],
    ['a geospatial index', () => things().createIndex({ a: '2dsphere' })],
    [
      '$out',
      () =>
        things()
          .aggregate([{ $out: 'elsewhere' }])
          .toArray(),
    ],
    [
      '$merge within $facet',
      () =>
        things()
          .aggregate([{ $facet: { x: [{ $merge: 'elsewhere' }] } }])
          .toArray(),
    ],
    ['a change stream', () => things().watch().next()],
    ['a capped collection', () => test.database.createCollection('capped', { capped: true, size: 1000 })],
    ['a validator', () => test.database.createCollection('checked', { validator: { a: 1 } })],
    ['a view', () => test.database.createCollection('seen', { viewOn: 'things', pipeline: [] })],
  ])('%s', async (_rule, work) => {
    expect(await refusalOf(work())).toMatchObject({ code: 238 });
  });

  it('$near', async () => {
    const near = things()
      .find({ a: { $near: { $geometry: { type: 'Point', coordinates: [0, 0] } } } })
      .toArray();
    expect((await refusalOf(near)).code).toBe(291);
  });
});
