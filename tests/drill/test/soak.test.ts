import { describe, expect, it } from 'vitest';
import { isSteady, type Sample, soakRows } from '../src/soak.js';

/** One process that grows by ten megabytes and a channel in each minute of ten. */
const samples: Sample[] = Array.from({ length: 120 }, (_, index) => {
  const atMs = index * 5_000;
  const minutes = Math.floor(atMs / 60_000);
  return {
    atMs,
    process: 'order-service',
    megabytes: 100 + minutes * 10,
    channels: 4 + minutes,
    connections: 2,
  };
});

describe('a soak', () => {
  it('compares the second minute with the last one, process by process', () => {
    const mongo = samples.map((sample) => ({ ...sample, process: 'mongo', megabytes: 70 }));
    expect(soakRows([...samples, ...mongo], 600_000)).toEqual([
      {
        process: 'order-service',
        megabytes: { before: 110, after: 190 },
        channels: { before: 5, after: 13 },
        connections: { before: 2, after: 2 },
      },
      {
        process: 'mongo',
        megabytes: { before: 70, after: 70 },
        channels: { before: 5, after: 13 },
        connections: { before: 2, after: 2 },
      },
    ]);
  });

  it.each([
    [100, 110, true],
    [100, 90, true],
    [100, 110.1, false],
    [100, 89.9, false],
    [0, 0, true],
    [0, 1, false],
  ])('takes %d and then %d for steady: %s', (before, after, steady) => {
    expect(isSteady({ before, after })).toBe(steady);
  });
});
