import { expect, it } from 'vitest';
import { createKeyedMutex } from '../src/concurrency/keyed-mutex.js';

it('work with one key is done one after the other, work with another does not wait for it', async () => {
  const withKey = createKeyedMutex();
  const done: string[] = [];
  let letFirstEnd = (): void => undefined;
  const firstEnds = new Promise<void>((resolve) => {
    letFirstEnd = resolve;
  });
  const first = withKey('a', async () => {
    await firstEnds;
    done.push('first of a');
  });
  const second = withKey('a', async () => {
    done.push('second of a');
  });
  await withKey('b', async () => {
    done.push('first of b');
  });
  letFirstEnd();
  await Promise.all([first, second]);
  expect(done).toEqual(['first of b', 'first of a', 'second of a']);
});

it('work that fails tells only its own caller', async () => {
  const withKey = createKeyedMutex();
  const failing = withKey('a', async () => {
    throw new Error('the database is away');
  });
  const next = withKey('a', async () => 'done');
  await expect(failing).rejects.toThrow('the database is away');
  expect(await next).toBe('done');
});
