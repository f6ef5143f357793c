import { expect, it } from 'vitest';
import { createTurns } from '../src/store/turns.js';

it('work on one cart is done one after the other, work on another does not wait for it', async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  let letFirstEnd = (): void => undefined;
  const firstEnds = new Promise<void>((resolve) => {
    letFirstEnd = resolve;
  });
  const first = inTurn('a', async () => {
    await firstEnds;
    done.push('first of a');
  });
  const second = inTurn('a', async () => {
    done.push('second of a');
  });
  await inTurn('b', async () => {
    done.push('first of b');
  });
  letFirstEnd();
  await Promise.all([first, second]);
  expect(done).toEqual(['first of b', 'first of a', 'second of a']);
});

it('work that fails tells only its own caller', async () => {
  const inTurn = createTurns();
  const failing = inTurn('a', async () => {
    throw new Error('the database is away');
  });
  const next = inTurn('a', async () => 'done');
  await expect(failing).rejects.toThrow('the database is away');
  expect(await next).toBe('done');
});
