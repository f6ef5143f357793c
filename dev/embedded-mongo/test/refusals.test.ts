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
    ['a negative limit', { find: 'things', limit: -1 }, 51024],
    ['an unknown stage', { aggregate: 'things', pipeline: [{ $frob: 1 }], cursor: {} }, 40324],
    ['an invalid name', { create: 'a$b' }, 73],
    ['a collection that is there', { create: 'things' }, 48],
    [
      'a pipeline with two names in a stage',
      { aggregate: 'things', pipeline: [{ $skip: 1, $limit: 1 }], cursor: {} },
      40323,
    ],
    ['a write concern that needs replicas', { insert: 'things', documents: [{}], writeConcern: { w: 3 } }, 2],
  ])('%s', async (_rule, command, code) => {
    expect((await refusalOf(test.database.command(command))).code).toBe(code);
  });
});

describe('the server', () => {
  it('says what it is', async () => {
    expect(await test.database.command({ hello: 1 })).toMatchObject({ isWritablePrimary: true, ok: 1 });
    expect(await test.database.command({ ping: 1 })).toMatchObject({ ok: 1 });
    expect((await test.database.command({ buildInfo: 1 })).version).toMatch(/^\d+\.\d+/);
  });

  it('a write without acknowledgement is done all the same', async () => {
    await things().insertOne({ _id: 2 }, { writeConcern: { w: 0 } });
    await expect.poll(() => things().countDocuments({ _id: 2 })).toBe(1);
  });
});

// A real MongoDB does these; the embedded one must say that it does not, rather than answer something wrong.
describe.runIf(!process.env.MONGO_URL)('what nothing sends is refused as not implemented', () => {
  const { Decimal128, Timestamp } = mongoose.mongo;
  const notImplemented = { code: 238, codeName: 'NotImplemented' };

  it.each<[string, Json]>([
    ['$all', { a: { $all: [1] } }],
    ['$bitsAllSet', { a: { $bitsAllSet: 1 } }],
    ['$comment', { $comment: 'why' }],
    ['$expr', { $expr: { $gt: ['$a', '$b'] } }],
    ['$expr', { $or: [{ a: 2 }, { $expr: true }] }],
    ['$geoWithin', { a: { $geoWithin: {} } }],
    ['$jsonSchema', { $jsonSchema: {} }],
    ['$mod', { a: { $mod: [2, 0] } }],
    ['$nor', { $nor: [{ a: 1 }] }],
    ['$not', { a: { $not: { $gt: 1 } } }],
    ['$not', { a: { $elemMatch: { $not: { $gt: 1 } } } }],
    ['$type', { a: { $type: 'int' } }],
    ['$where', { $where: 'true' }],
    ['decimal', { a: Decimal128.fromString('1') }],
    ['timestamp', { a: { $in: [new Timestamp({ t: 1, i: 1 })] } }],
    ['regex', { a: { $eq: /x/ } }],
  ])('%s in a filter: %j', async (name, filter) => {
    const refusal = await refusalOf(things().find(filter).toArray());
    expect(refusal).toMatchObject(notImplemented);
    expect(refusal.message).toContain(name);
  });

  it.each<[string, Json]>([
    ['$bit', { $bit: { a: { and: 1 } } }],
    ['$currentDate', { $currentDate: { a: true } }],
    ['$mul', { $mul: { a: 2 } }],
    ['$pop', { $pop: { a: 1 } }],
    ['$pullAll', { $pullAll: { a: [1] } }],
    ['$rename', { $rename: { a: 'b' } }],
    ['$position', { $push: { b: { $each: [1], $position: 0 } } }],
    ['$sort', { $push: { b: { $each: [1], $sort: 1 } } }],
    ['Decimal128', { $inc: { a: Decimal128.fromString('1') } }],
  ])('%s in an update', async (name, update) => {
    const refusal = await refusalOf(things().updateOne({}, update));
    expect(refusal).toMatchObject({ code: 238 });
    expect(refusal.message).toContain(name);
    expect(await things().findOne({})).toEqual({ _id: 1, a: 1 });
  });

  it.each<[string, Json]>([
    ['$project', { $project: { a: 1 } }],
    ['$lookup', { $lookup: { from: 'others', localField: 'a', foreignField: 'b', as: 'c' } }],
    ['$facet', { $facet: { x: [{ $merge: 'elsewhere' }] } }],
    ['$out', { $out: 'elsewhere' }],
    ['$setWindowFields', { $setWindowFields: { output: {} } }],
    ['$unwind', { $unwind: '$a' }],
    ['$avg', { $group: { _id: null, avg: { $avg: '$a' } } }],
    ['expression', { $group: { _id: null, n: { $sum: { $add: ['$a', 1] } } } }],
    ['expression', { $group: { _id: { day: '$a' }, n: { $sum: 1 } } }],
    ['expression', { $group: { _id: '$a.b', n: { $sum: 1 } } }],
  ])('%s in an aggregation: %j', async (name, stage) => {
    const refusal = await refusalOf(things().aggregate([stage]).toArray());
    expect(refusal).toMatchObject(notImplemented);
    expect(refusal.message).toContain(name);
  });

  it('sums that JavaScript can’t hold', async () => {
    const { Long } = mongoose.mongo;
    await things().insertOne({ _id: 2, big: Long.MAX_VALUE });
    const sum = things().aggregate([{ $group: { _id: null, n: { $sum: '$big' } } }]);
    expect(await refusalOf(sum.toArray())).toMatchObject(notImplemented);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a collation', () => things().find({ a: 1 }).collation({ locale: 'en', strength: 2 }).toArray()],
    ['a hint', () => things().find({ a: 1 }).hint('_id_').toArray()],
    ['a computed field', () => things().findOne({}, { projection: { b: { $add: ['$a', 1] } } })],
    ['a renamed field', () => things().findOne({}, { projection: { b: '$a' } })],
    ['$slice', () => things().findOne({}, { projection: { a: { $slice: 1 } } })],
    ['the matched element', () => things().findOne({ a: 1 }, { projection: { 'a.$': 1 } })],
    ['a sort by $natural', () => things().find().sort({ $natural: -1 }).toArray()],
    ['an update by a pipeline', () => things().updateOne({}, [{ $set: { b: '$a' } }])],
    ['findAndModify that removes', () => things().findOneAndDelete({})],
    ['a text index', () => things().createIndex({ a: 'text' })],
    ['a geospatial index', () => things().createIndex({ a: '2dsphere' })],
    ['a wildcard index', () => things().createIndex({ '$**': 1 })],
    ['a change stream', () => things().watch().next()],
    ['a capped collection', () => test.database.createCollection('capped', { capped: true, size: 1000 })],
    ['a validator', () => test.database.createCollection('checked', { validator: { a: 1 } })],
    ['a view', () => test.database.createCollection('seen', { viewOn: 'things', pipeline: [] })],
    ['explaining anything but find', () => things().aggregate([]).explain()],
  ])('%s', async (_rule, work) => {
    expect(await refusalOf(work())).toMatchObject({ code: 238 });
  });

  it.each(['collStats', 'drop', 'dropIndexes', 'listCollections', 'mapReduce', 'serverStatus'])(
    'the command %s is unknown',
    async (name) => {
      expect(await refusalOf(test.database.command({ [name]: 'things' }))).toMatchObject({
        code: 59,
        codeName: 'CommandNotFound',
      });
    },
  );

  it('$near', async () => {
    const near = things()
      .find({ a: { $near: { $geometry: { type: 'Point', coordinates: [0, 0] } } } })
      .toArray();
    expect((await refusalOf(near)).code).toBe(291);
  });
});
