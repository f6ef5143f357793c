import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Doc, type Json, openTestDatabase, type TestDatabase } from './database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
});

afterAll(() => test.close());

/** Pseudo-random numbers from a seed, so that a failure can be repeated (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = ReturnType<typeof randomFrom>;

function anyValue(random: Random): unknown {
  const choices = [
    random(4),
    `t${random(3)}`,
    null,
    random(4),
    new Date(random(3)),
    [random(4), `t${random(3)}`],
    [],
    { b: random(3) },
  ];
  return choices[random(choices.length)];
}

function anyDocument(random: Random, _id: number): Doc {
  const document: Doc = { _id };
  if (random(5) > 0) document.a = anyValue(random);
  if (random(5) > 0) document.b = random(4);
  if (random(3) > 0)
    document.list = Array.from({ length: random(4) }, () => ({ x: random(4), y: random(3) }));
  return document;
}

function anyCondition(random: Random): unknown {
  const choices = [
    anyValue(random),
    { $eq: anyValue(random) },
    { $in: [random(4), `t${random(3)}`, null] },
    { $in: [random(4), random(4)] },
    { $ne: anyValue(random) },
    { $gt: random(4) },
    { $exists: random(2) === 0 },
  ];
  return choices[random(choices.length)];
}

function anyFilter(random: Random): Json {
  const choices: Json[] = [
    { a: anyCondition(random) },
    { a: anyCondition(random), b: random(4) },
    { 'a.b': random(3) },
    { 'list.x': random(4) },
    { 'list.x': random(4), 'list.y': random(3) },
    { 'list.x': { $in: [random(4), random(4)] }, b: { $lt: 3 } },
    { list: { $elemMatch: { x: random(4), y: random(3) } } },
    { 'list.0.x': random(4) },
    { $and: [{ a: anyCondition(random) }, { b: random(4) }] },
    { $or: [{ a: anyCondition(random) }, { 'list.y': random(3) }] },
  ];
  return choices[random(choices.length)] ?? {};
}

function anyUpdate(random: Random): Json {
  const choices: Json[] = [
    { $set: { a: anyValue(random) } },
    { $unset: { a: '' } },
    { $inc: { b: 1 } },
    { $push: { list: { x: random(4), y: random(3) } } },
    { $pull: { list: { x: random(4) } } },
    { $set: { list: [] } },
  ];
  return choices[random(choices.length)] ?? {};
}

describe('an index never changes an answer', () => {
  it.each([1, 2, 3, 4])('random documents, changes and filters (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const plain = test.database.collection<Doc>(`plain${seed}`);
    const indexed = test.database.collection<Doc>(`indexed${seed}`);
    await indexed.createIndexes([
      { key: { a: 1, b: 1 } },
      { key: { 'a.b': 1 } },
      { key: { 'list.x': 1, 'list.y': 1 } },
      { key: { 'list.0.x': 1 } },
      { key: { b: 1 }, sparse: true },
      { key: { a: 1 }, name: 'partial', partialFilterExpression: { b: { $gte: 2 } } },
    ]);
    const documents = Array.from({ length: 120 }, (_, i) => anyDocument(random, i));
    await Promise.all([plain.insertMany(documents), indexed.insertMany(documents)]);
    for (let round = 0; round < 20; round++) {
      const changes = Array.from({ length: 8 }, () => ({
        updateOne: { filter: { _id: random(120) }, update: anyUpdate(random) },
      }));
      await Promise.all([plain.bulkWrite(changes), indexed.bulkWrite(changes)]);
      for (let i = 0; i < 10; i++) {
        const filter = anyFilter(random);
        const [expected, found] = await Promise.all(
          [plain, indexed].map((collection) => collection.find(filter).sort({ _id: 1 }).toArray()),
        );
        expect(found, JSON.stringify(filter)).toEqual(expected);
      }
    }
  });
});
