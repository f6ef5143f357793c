import { expect, it } from 'vitest';
import { memoryOfTree } from '../src/compile-peak.js';
import { compileLine, sizesTable } from '../src/sizes-table.js';

const base = { image: 'node:24', bytes: 200e6 };
const cart = { service: 'cart-service', image: 'micromall-cart-service', imageBytes: 230e6 };

it('counts the base of the shop’s images once, an image with two containers once, and all memory', () => {
  const lines = sizesTable(
    [
      { ...cart, memory: '50MiB / 192MiB' },
      { ...cart, memory: '0.5GiB / 1GiB' },
      { service: 'mongo', image: 'mongo:8.0.30', imageBytes: 900e6, memory: '512KiB / 1GiB' },
    ],
    base,
  ).split('\n');
  expect(lines.slice(1, 5).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['cart-service', '230 MB', '30 MB', '52 MB', '201 MB'],
    ['cart-service', '230 MB', '30 MB', '537 MB', '1074 MB'],
    ['mongo', '900 MB', '1 MB', '1074 MB'],
    ['together', '1130 MB', '590 MB', '2349 MB'],
  ]);
});

it('does not guess at a unit', () => {
  expect(() => sizesTable([{ ...cart, memory: '5 elephants / 1GiB' }], base)).toThrow('5 elephants');
});

it('counts the memory of the compiler with all that it started, and of nothing else', () => {
  const table =
    '    1     0  9000\n   50     1  1000\n   52    51   300\n   51    50   200\n   60     1  5000\n';
  expect(memoryOfTree(table, 50)).toBe(1500 * 1024);
  expect(compileLine({ seconds: 9.14, bytes: 1.4e9 })).toBe(
    'Compiling everything takes 9.1 s and at most 1400 MB.',
  );
});
