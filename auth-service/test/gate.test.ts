import { expect, it } from 'vitest';
import { createGate } from '../src/gate.js';

function step(): { promise: Promise<void>; done: () => void; fail: (error: Error) => void } {
  let done = (): void => undefined;
  let fail = (_: Error): void => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    done = resolve;
    fail = reject;
  });
  return { promise, done, fail };
}

it('no more passwords than the limit are hashed at once, in the order in which they came', async () => {
  const gate = createGate(2);
  const steps = Array.from({ length: 5 }, step);
  const begun: number[] = [];
  const all = steps.map(({ promise }, index) =>
    gate(() => {
      begun.push(index);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  steps[1]?.done();
  await all[1];
  expect(begun).toEqual([0, 1, 2]);
  steps[0]?.done();
  await all[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const { done } of steps) done();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

it('a hash that fails gives its place to the next, and its error to who asked', async () => {
  const gate = createGate(1);
  const failing = step();
  const first = gate(() => failing.promise);
  const second = gate(async () => 'hashed');
  failing.fail(new Error('out of memory'));
  await expect(first).rejects.toThrow('out of memory');
  expect(await second).toBe('hashed');
  expect(await gate(async () => 'again')).toBe('again');
});
