import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress } from '../src/progress.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function written(isTTY: boolean): {
  stream: { isTTY: boolean; columns: number; write(text: string): void };
  all: string[];
} {
  const all: string[] = [];
  return { all, stream: { isTTY, columns: 20, write: (text) => void all.push(text) } };
}

it('writes over one line on a terminal, and never past its edge', () => {
  const { stream, all } = written(true);
  const progress = createProgress(stream);
  let visits = 0;
  progress.show(() => `${visits} visits and much more to say`);
  vi.advanceTimersByTime(500);
  visits = 1;
  vi.advanceTimersByTime(500);
  expect(all.slice(-2)).toEqual(['\r\x1b[2K0 visits and much m', '\r\x1b[2K1 visits and much m']);
  progress.end();
});

it('writes plain lines elsewhere, and few of them', () => {
  const { stream, all } = written(false);
  const progress = createProgress(stream);
  progress.show(() => 'going on');
  vi.advanceTimersByTime(30_000);
  progress.say('kill -9 mongo');
  progress.end();
  vi.advanceTimersByTime(60_000);
  expect(all).toEqual(['  going on\n', '  going on\n', 'kill -9 mongo\n']);
});
