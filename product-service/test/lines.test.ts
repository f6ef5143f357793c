import { expect, test } from 'vitest';
import { linesByProduct } from '../src/domain/lines.js';

test('orders ask for the same products in the same order, each product once', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(24)) as [string, string, string];

  const lines = linesByProduct([
    { productId: c, quantity: 1 },
    { productId: a, quantity: 2 },
    { productId: c, quantity: 3 },
    { productId: b, quantity: 1 },
  ]);

  expect(lines).toEqual([
    { productId: a, quantity: 2 },
    { productId: b, quantity: 1 },
    { productId: c, quantity: 4 },
  ]);
});
