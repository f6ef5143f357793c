import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Doc, type Json, openTestDatabase, refusalOf, type TestDatabase } from './database.js';

const { ObjectId, Long, Decimal128, Binary, Timestamp } = mongoose.mongo;

let test: TestDatabase;
let collections = 0;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

async function filled(documents: Json[]) {
  collections += 1;
  const collection = test.database.collection<Doc>(`c${collections}`);
  if (documents.length > 0)
    await collection.insertMany(documents.map((document) => ({ ...document }) as Doc));
  return collection;
}

/** The `_id`s that a filter finds among documents. */
async function found(documents: Json[], filter: Json): Promise<unknown[]> {
  const collection = await filled(documents);
  return (await collection.find(filter).toArray()).map(({ _id }) => _id);
}

describe('filters', () => {
  const shop = [
    { _id: 1, name: 'Mug', price: 10, tags: ['a', 'b'], size: { h: 1, w: 2 }, sold: null },
    {
      _id: 2,
      name: 'Pen',
      price: 20.5,
      tags: [],
      items: [
        { sku: 'x', n: 1 },
        { sku: 'y', n: 5 },
      ],
    },
    { _id: 3, name: 'mug', price: '10', tags: 'a', items: [{ sku: 'x', n: 5 }] },
    { _id: 4, price: Long.fromString('9007199254740993'), when: new Date(1000), flag: true },
  ];

  it.each<[string, Json, number[]]>([
    ['a literal equals', { price: 10 }, [1]],
    ['a literal is found in an array', { tags: 'a' }, [1, 3]],
    ['a whole array equals', { tags: ['a', 'b'] }, [1]],
    ['an empty array equals', { tags: [] }, [2]],
    ['a document equals with its fields in order', { size: { h: 1, w: 2 } }, [1]],
    ['a document with another order of fields does not', { size: { w: 2, h: 1 } }, []],
    ['null finds null and missing', { sold: null }, [1, 2, 3, 4]],
    ['$eq null finds as much', { sold: { $eq: null }, name: 'Mug' }, [1]],
    ['$ne leaves out arrays with the value', { tags: { $ne: 'a' } }, [2, 4]],
    ['ranges stay within their type', { price: { $gte: 10 } }, [1, 2, 4]],
    ['text ranges too', { price: { $gt: '' } }, [3]],
    ['64-bit integers compare exactly', { price: { $gt: 9007199254740992 } }, [4]],
    ['$in with values and patterns', { name: { $in: [/^m/i, 'Pen'] } }, [1, 2, 3]],
    ['$in with null finds missing', { name: { $in: [null] } }, [4]],
    ['$nin', { name: { $nin: ['Mug', null] } }, [2, 3]],
    ['$exists', { sold: { $exists: true } }, [1]],
    ['$exists false', { items: { $exists: false } }, [1, 4]],
    ['$size', { tags: { $size: 2 } }, [1]],
    ['a dotted path through an array', { 'items.sku': 'y' }, [2]],
    ['a dotted path by index', { 'items.1.n': 5 }, [2]],
    ['conditions on two elements', { 'items.sku': 'x', 'items.n': 5 }, [2, 3]],
    ['$elemMatch wants one element', { items: { $elemMatch: { sku: 'x', n: 5 } } }, [3]],
    ['$elemMatch on values', { tags: { $elemMatch: { $gte: 'b' } } }, [1]],
    ['$or within $and', { $and: [{ $or: [{ name: 'Mug' }, { name: 'Pen' }] }, { price: { $lt: 15 } }] }, [1]],
    ['$regex with options', { name: { $regex: '^MUG$', $options: 'i' } }, [1, 3]],
    ['dates', { when: { $lte: new Date(1000) } }, [4]],
    ['booleans', { flag: true }, [4]],
  ])('%s', async (_rule, filter, ids) => {
    expect(await found(shop, filter)).toEqual(ids);
  });

  it('a path into plain values finds no missing field', async () => {
    const documents = [{ _id: 1, a: [1, 2] }, { _id: 2, a: 5 }, { _id: 3, a: [{}, { b: 1 }] }, { _id: 4 }];
    expect(await found(documents, { 'a.b': null })).toEqual([2, 3, 4]);
  });

  it('a condition on fields of elements leaves out elements that are no documents', async () => {
    const documents = [
      { _id: 1, list: [5, 'x'] },
      { _id: 2, list: [5, { n: 5 }] },
    ];
    expect(await found(documents, { 'list.n': 5 })).toEqual([2]);
    expect(await found(documents, { list: { $elemMatch: { n: 5 } } })).toEqual([2]);
    expect(await found(documents, { 'list.n': { $exists: true } })).toEqual([2]);
  });

  it('names of JavaScript’s own are plain fields', async () => {
    expect(
      await found([{ _id: 1 }, { _id: 2, constructor: 'x' }], { constructor: { $exists: true } }),
    ).toEqual([2]);
  });
});

describe('what is stored', () => {
  it('values of all types come back as they were', async () => {
    const document = {
      _id: new ObjectId(),
      int: 5,
      double: 1.25,
      big: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('10.50'),
      text: 'Zürich 🛒',
      yes: true,
      nothing: null,
      when: new Date(12345),
      bytes: new Binary(Buffer.from([1, 2, 3])),
      stamp: new Timestamp({ t: 1, i: 2 }),
      pattern: /^a.*b$/i,
      list: [1, [2, { three: 3 }]],
      empty: {},
    };
    const collection = await filled([document]);
    expect(await collection.findOne({ _id: document._id })).toEqual(document);
    // A change elsewhere leaves them alone.
    await collection.updateOne({ _id: document._id }, { $set: { int: 6 } });
    expect(await collection.findOne({ _id: document._id })).toEqual({ ...document, int: 6 });
  });

  it('an _id that is no id is refused', async () => {
    const collection = await filled([]);
    expect((await refusalOf(collection.insertOne({ _id: [1] as never }))).code).toBe(53);
  });

  it('a document beyond 16 MB is refused', async () => {
    const collection = await filled([]);
    const grow = collection.updateOne(
      { _id: 1 },
      { $set: { a: 'x'.repeat(9_000_000), b: 'x'.repeat(9_000_000) } },
      { upsert: true },
    );
    expect(await refusalOf(grow)).toBeDefined();
    expect(await collection.countDocuments()).toBe(0);
  });
});

describe('order and pages', () => {
  it('values of all types have their place', async () => {
    const collection = await filled([
      { _id: 'date', v: new Date(0) },
      { _id: 'text', v: 'a' },
      { _id: 'null', v: null },
      { _id: 'bool', v: false },
      { _id: 'number', v: 3 },
      { _id: 'object', v: {} },
      { _id: 'id', v: new ObjectId() },
    ]);
    const ascending = (await collection.find().sort({ v: 1 }).toArray()).map(({ _id }) => _id);
    expect(ascending).toEqual(['null', 'number', 'text', 'object', 'id', 'bool', 'date']);
  });

  it('an array sorts by its smallest value upwards, by its largest downwards', async () => {
    const collection = await filled([
      { _id: 1, v: [5, 1] },
      { _id: 2, v: 3 },
      { _id: 3, v: [2, 4] },
    ]);
    const ids = async (direction: 1 | -1) =>
      (await collection.find().sort({ v: direction }).toArray()).map(({ _id }) => _id);
    expect(await ids(1)).toEqual([1, 3, 2]);
    expect(await ids(-1)).toEqual([1, 3, 2]);
  });

  it('without a sort documents come as they were inserted', async () => {
    const collection = await filled([{ _id: 'z' }, { _id: 'a' }, { _id: 'm' }]);
    await collection.updateOne({ _id: 'z' }, { $set: { grown: 'x'.repeat(1000) } });
    expect((await collection.find().toArray()).map(({ _id }) => _id)).toEqual(['z', 'a', 'm']);
  });

  it('a closed cursor is gone', async () => {
    const collection = await filled(Array.from({ length: 10 }, (_, _id) => ({ _id })));
    const opened = await test.database.command({ find: collection.collectionName, batchSize: 2 });
    const { id } = opened.cursor;
    const next = await test.database.command({
      getMore: id,
      collection: collection.collectionName,
      batchSize: 3,
    });
    expect(next.cursor.nextBatch).toEqual([{ _id: 2 }, { _id: 3 }, { _id: 4 }]);
    await test.database.command({ killCursors: collection.collectionName, cursors: [id] });
    const more = test.database.command({ getMore: id, collection: collection.collectionName });
    expect((await refusalOf(more)).code).toBe(43);
  });

  it('a single batch leaves no cursor open', async () => {
    const collection = await filled(Array.from({ length: 10 }, (_, _id) => ({ _id })));
    const answer = await test.database.command({
      find: collection.collectionName,
      batchSize: 2,
      singleBatch: true,
    });
    expect(answer.cursor.firstBatch).toHaveLength(2);
    expect(Number(answer.cursor.id)).toBe(0);
  });
});

describe('projections', () => {
  const document = {
    _id: 1,
    a: 1,
    b: { c: 2, d: 3 },
    list: [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
      { x: 3, y: 3 },
    ],
  };

  it.each<[string, Json, Json]>([
    ['what is included', { a: 1, 'b.c': 1 }, { _id: 1, a: 1, b: { c: 2 } }],
    ['what is excluded', { list: 0, 'b.c': 0 }, { _id: 1, a: 1, b: { d: 3 } }],
    ['without _id', { _id: 0, a: 1 }, { a: 1 }],
    ['only _id left out', { _id: 0 }, { a: 1, b: document.b, list: document.list }],
    ['nested', { b: { d: 1 } }, { _id: 1, b: { d: 3 } }],
    ['in every element', { 'list.x': 1 }, { _id: 1, list: [{ x: 1 }, { x: 2 }, { x: 3 }] }],
    ['$elemMatch', { list: { $elemMatch: { x: { $gte: 2 } } } }, { _id: 1, list: [{ x: 2, y: 2 }] }],
    [
      'fields beside $elemMatch',
      { a: 1, list: { $elemMatch: { x: 3 } } },
      { _id: 1, a: 1, list: [{ x: 3, y: 3 }] },
    ],
    ['$elemMatch that finds nothing', { list: { $elemMatch: { x: 9 } } }, { _id: 1 }],
  ])('%s', async (_rule, projection, shown) => {
    const collection = await filled([document]);
    expect(await collection.findOne({}, { projection })).toEqual(shown);
  });

  it('fields come in the order they are stored, the _id first', async () => {
    const collection = await filled([{ _id: 1, b: 1, a: 2, c: 3 }]);
    const shown = await collection.findOne({}, { projection: { c: 1, a: 1, b: 1 } });
    expect(Object.keys(shown ?? {})).toEqual(['_id', 'b', 'a', 'c']);
  });

  it('inclusion and exclusion do not mix', async () => {
    const collection = await filled([document]);
    expect((await refusalOf(collection.findOne({}, { projection: { a: 1, b: 0 } }))).code).toBe(31254);
  });
});
