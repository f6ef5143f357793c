import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Doc, type Json, openTestDatabase, refusalOf, type TestDatabase } from './database.js';

const { Long, ObjectId } = mongoose.mongo;

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

function things() {
  return test.database.collection<Doc>('things');
}

/** Puts one document there, updates it, and answers what became of it. */
async function updated(
  document: Json,
  update: Json,
  filter: Json = {},
  options: Json = {},
): Promise<Json | null> {
  await things().deleteMany({});
  await things().insertOne({ _id: 1, ...document });
  await things().updateOne({ _id: 1, ...filter }, update, options);
  return things().findOne({ _id: 1 }, { projection: { _id: 0 } });
}

describe('update operators', () => {
  it.each<[string, Json, Json, Json]>([
    ['$set', { a: 1 }, { $set: { a: 2, 'b.c': 3 } }, { a: 2, b: { c: 3 } }],
    [
      '$set beyond the end of an array fills up with null',
      { a: [1] },
      { $set: { 'a.3': 4 } },
      { a: [1, null, null, 4] },
    ],
    ['$set of the same _id', { a: 1 }, { $set: { _id: 1, a: 2 } }, { a: 2 }],
    ['$unset', { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '', nothing: '' } }, { b: { d: 2 } }],
    ['$unset in an array leaves null', { a: [1, 2, 3] }, { $unset: { 'a.1': '' } }, { a: [1, null, 3] }],
    ['$inc', { a: 1 }, { $inc: { a: 2, b: -1, 'c.d': 5 } }, { a: 3, b: -1, c: { d: 5 } }],
    ['$inc with fractions', { a: 0.5 }, { $inc: { a: 0.25 } }, { a: 0.75 }],
    ['$inc beyond 32 bits', { a: 2147483647 }, { $inc: { a: 1 } }, { a: 2147483648 }],
    [
      '$min and $max',
      { a: 5, b: 5 },
      { $min: { a: 3, c: 1 }, $max: { b: 7, d: 1 } },
      { a: 3, b: 7, c: 1, d: 1 },
    ],
    ['$push', { a: [1] }, { $push: { a: 2, b: 1 } }, { a: [1, 2], b: [1] }],
    ['$push $each', { a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }],
    [
      '$push $slice keeps the last',
      { a: [1, 2] },
      { $push: { a: { $each: [3], $slice: -2 } } },
      { a: [2, 3] },
    ],
    [
      '$push $slice keeps the first',
      { a: [1] },
      { $push: { a: { $each: [2, 3], $slice: 2 } } },
      { a: [1, 2] },
    ],
    ['$push $slice of nothing', { a: [1] }, { $push: { a: { $each: [2], $slice: 0 } } }, { a: [] }],
    [
      '$addToSet',
      { a: [1, { b: 1 }] },
      { $addToSet: { a: { $each: [1, { b: 1 }, 2] } } },
      { a: [1, { b: 1 }, 2] },
    ],
    ['$pull of a value', { a: [1, 2, 1, 3] }, { $pull: { a: 1 } }, { a: [2, 3] }],
    ['$pull by condition', { a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { a: [1] }],
    [
      '$pull of documents',
      {
        a: [
          { s: 'x', n: 1 },
          { s: 'y', n: 2 },
        ],
      },
      { $pull: { a: { s: 'x' } } },
      { a: [{ s: 'y', n: 2 }] },
    ],
    [
      '$pull of documents leaves values alone that are none',
      { a: [1, { s: 1 }, 'x'] },
      { $pull: { a: { s: 1 } } },
      { a: [1, 'x'] },
    ],
    ['$pull where nothing is', { b: 1 }, { $pull: { a: 1 } }, { b: 1 }],
    [
      'an index in a path',
      { a: [{ n: 1 }, { n: 2 }] },
      { $set: { 'a.1.n': 9 } },
      { a: [{ n: 1 }, { n: 9 }] },
    ],
    ['an empty array becomes full', { a: [1, 2] }, { $set: { a: [] } }, { a: [] }],
    ['$min of dates keeps the earlier', { a: new Date(5) }, { $min: { a: new Date(9) } }, { a: new Date(5) }],
    ['null is less than a date', { a: null }, { $min: { a: new Date(9) } }, { a: null }],
    [
      '$[] reaches every element',
      { a: [{ n: 1 }, { n: 2 }] },
      { $inc: { 'a.$[].n': 10 } },
      { a: [{ n: 11 }, { n: 12 }] },
    ],
    [
      '$setOnInsert changes nothing that is there',
      { a: 1 },
      { $set: { b: 1 }, $setOnInsert: { a: 9 } },
      { a: 1, b: 1 },
    ],
  ])('%s', async (_rule, document, update, after) => {
    expect(await updated(document, update)).toEqual(after);
  });

  it('$ stands for the element the filter found', async () => {
    const items = [
      { sku: 'a', n: 1 },
      { sku: 'b', n: 2 },
    ];
    const found = {
      items: [
        { sku: 'a', n: 1 },
        { sku: 'b', n: 7 },
      ],
    };
    expect(await updated({ items }, { $inc: { 'items.$.n': 5 } }, { 'items.sku': 'b' })).toEqual(found);
    expect(
      await updated({ items }, { $inc: { 'items.$.n': 5 } }, { items: { $elemMatch: { n: { $gt: 1 } } } }),
    ).toEqual(found);
    expect(await updated({ tags: ['x', 'y'] }, { $set: { 'tags.$': 'z' } }, { tags: 'y' })).toEqual({
      tags: ['x', 'z'],
    });
  });

  it('array filters choose elements, at several depths', async () => {
    const document = { carts: [{ items: [{ n: 1 }, { n: 5 }] }, { items: [{ n: 6 }] }] };
    const options = { arrayFilters: [{ 'many.n': { $gte: 5 } }] };
    expect(await updated(document, { $set: { 'carts.$[].items.$[many].n': 0 } }, {}, options)).toEqual({
      carts: [{ items: [{ n: 1 }, { n: 0 }] }, { items: [{ n: 0 }] }],
    });
  });

  it('a replacement keeps only the _id', async () => {
    await things().deleteMany({});
    await things().insertOne({ _id: 1, a: 1 });
    const { modifiedCount } = await things().replaceOne({ _id: 1 }, { b: 2 });
    expect(modifiedCount).toBe(1);
    expect(await things().findOne({})).toEqual({ _id: 1, b: 2 });
  });

  it('what changes nothing is matched, not modified', async () => {
    await things().deleteMany({});
    await things().insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
      { _id: 3, a: 2 },
    ]);
    expect(await things().updateMany({ a: { $in: [1, 2] } }, { $set: { a: 2 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 2,
    });
  });

  it('64-bit integers keep all their digits', async () => {
    const after = await updated({ n: Long.fromString('9007199254740993') }, { $inc: { n: 2 } });
    expect(String(after?.n)).toBe('9007199254740995');
    const most = updated({ n: Long.MAX_VALUE }, { $inc: { n: 1 } });
    expect((await refusalOf(most)).code).toBe(2);
  });
});

describe('upserts', () => {
  it.each<[string, Json, Json, Json]>([
    [
      'equalities become fields',
      { a: 1, 'b.c': 2, d: { $gt: 5 } },
      { $set: { e: 1 } },
      { a: 1, b: { c: 2 }, e: 1 },
    ],
    [
      '$eq, $and and a single $in as well',
      { $and: [{ a: { $eq: 1 } }, { b: { $in: [2] } }] },
      { $inc: { n: 1 } },
      { a: 1, b: 2, n: 1 },
    ],
    ['a replacement takes only the _id', { _id: 7, a: 1 }, { b: 2 }, { _id: 7, b: 2 }],
    ['the _id comes from the filter', { _id: 'k' }, { $set: { a: 1 } }, { _id: 'k', a: 1 }],
    [
      'or from the update',
      { a: 1 },
      { $set: { b: 1 }, $setOnInsert: { _id: 'own' } },
      { _id: 'own', a: 1, b: 1 },
    ],
    ['$push makes an array', { a: 1 }, { $push: { list: 5 } }, { a: 1, list: [5] }],
  ])('%s', async (_rule, filter, update, made) => {
    await things().deleteMany({});
    const isReplacement = !Object.keys(update)[0]?.startsWith('$');
    const result = isReplacement
      ? await things().replaceOne(filter, update, { upsert: true })
      : await things().updateOne(filter, update, { upsert: true });
    expect(result.upsertedCount).toBe(1);
    expect(await things().findOne({})).toMatchObject(made);
    if (!('_id' in made)) expect(result.upsertedId).toBeInstanceOf(ObjectId);
  });

  it('a field fixed twice is refused', async () => {
    const twice = things().updateOne({ z: 1, $and: [{ z: 2 }] }, { $set: { b: 1 } }, { upsert: true });
    expect((await refusalOf(twice)).code).toBe(54);
  });

  it('nothing matched and no upsert makes neither document nor collection', async () => {
    const result = await test.database.collection('never').updateOne({ a: 1 }, { $set: { b: 1 } });
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 0 });
    expect((await refusalOf(test.database.collection('never').indexes())).code).toBe(26);
  });
});

describe('refused updates leave the document alone', () => {
  const document = { _id: 1, n: 1, text: 'x', none: null, list: [1, 2], deep: { a: 1 } };

  it.each<[string, Json, Json, number]>([
    ['$inc on text', {}, { $inc: { text: 1 } }, 14],
    ['$inc by text', {}, { $inc: { n: '1' } }, 14],
    ['$push on text', {}, { $push: { text: 1 } }, 2],
    ['$addToSet on a number', {}, { $addToSet: { n: 1 } }, 2],
    ['$pull on text', {}, { $pull: { text: 'x' } }, 2],
    ['a path through a number', {}, { $set: { 'n.a': 1 } }, 28],
    ['a path through null', {}, { $set: { 'none.a': 1 } }, 28],
    ['a field name in an array', {}, { $set: { 'list.a': 1 } }, 28],
    ['another _id', {}, { $set: { _id: 2 } }, 66],
    ['one path twice', {}, { $set: { n: 1 }, $inc: { n: 1 } }, 40],
    ['a path and its parent', {}, { $set: { deep: 1, 'deep.a': 1 } }, 40],
    ['an unknown operator', {}, { $frob: { n: 1 } }, 9],
    ['an empty part of a path', {}, { $set: { 'deep..a': 1 } }, 56],
    ['a dollar in a name', {}, { $set: { 'deep.$x': 1 } }, 52],
    ['$ without a found element', {}, { $set: { 'list.$': 1 } }, 2],
    ['$ after a negative condition', { list: { $ne: 7 } }, { $set: { 'list.$': 1 } }, 2],
    ['$[] on no array', {}, { $set: { 'text.$[]': 1 } }, 2],
    ['$[name] without its filter', {}, { $set: { 'list.$[x]': 1 } }, 2],
  ])('%s', async (_rule, filter, update, code) => {
    await things().deleteMany({});
    await things().insertOne({ ...document });
    // Beside the failing change stands a good one: it must not be done either.
    const both = { ...update, $set: { ...(update.$set as Json), aaa: 1 } };
    expect((await refusalOf(things().updateOne({ _id: 1, ...filter }, both))).code).toBe(code);
    expect(await things().findOne({})).toEqual(document);
  });

  it('an array filter that is not used', async () => {
    const update = things().updateOne({ _id: 1 }, { $set: { n: 1 } }, { arrayFilters: [{ 'x.n': 1 }] });
    expect((await refusalOf(update)).code).toBe(9);
  });
});

describe('findAndModify', () => {
  it('takes the first in the order asked for', async () => {
    await things().deleteMany({});
    await things().insertMany([
      { _id: 1, n: 3 },
      { _id: 2, n: 9 },
      { _id: 3, n: 5 },
    ]);
    const raised = await things().findOneAndUpdate(
      {},
      { $inc: { n: 1 } as never },
      { sort: { n: -1 }, returnDocument: 'after', projection: { n: 1, _id: 0 } },
    );
    expect(raised).toEqual({ n: 10 });
    expect(await things().findOneAndReplace({ _id: 3 }, { m: 1 })).toEqual({ _id: 3, n: 5 });
    expect(await things().find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 3 },
      { _id: 2, n: 10 },
      { _id: 3, m: 1 },
    ]);
    expect(await things().findOneAndUpdate({ _id: 99 }, { $set: { n: 1 } })).toBeNull();
  });
});
