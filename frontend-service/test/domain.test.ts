import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { stockLabel, tooManyText } from '../src/domain/labels.js';
import { formatMoney, parsePrice } from '../src/domain/money.js';
import { ownPath } from '../src/domain/own-path.js';

describe('money', () => {
  it.each([
    ['18.50', 'SGD', 1850],
    ['18.5', 'SGD', 1850],
    ['18', 'SGD', 1800],
    ['0.01', 'SGD', 1],
    // 1.15 * 100 is 114.99999999999999 in floating point.
    ['1.15', 'SGD', 115],
    ['9999999.99', 'SGD', 999_999_999],
    ['1850', 'JPY', 1850],
    ['1.234', 'KWD', 1234],
  ])('reads %s %s as %d minor units', (text, currency, amount) => {
    expect(parsePrice(text, currency)).toBe(amount);
  });

  it.each([
    ['18.505', 'SGD'],
    ['1.5', 'JPY'],
    ['-1', 'SGD'],
    ['1e3', 'SGD'],
    ['1,000', 'SGD'],
    ['.5', 'SGD'],
    ['5.', 'SGD'],
    ['', 'SGD'],
    ['12345678901', 'SGD'],
    ['0x10', 'SGD'],
  ])('does not read "%s" %s as a price', (text, currency) => {
    expect(parsePrice(text, currency)).toBeUndefined();
  });

  it('is written as people write it', () => {
    expect(formatMoney(1850, 'SGD')).toBe('$18.50');
    expect(formatMoney(123_456_789, 'SGD')).toBe('$1,234,567.89');
    expect(formatMoney(5, 'SGD')).toBe('$0.05');
    expect(formatMoney(1850, 'JPY')).toMatch(/¥1,850$/);
  });
});

describe('the label of the stock', () => {
  it('hurries nobody without a reason', () => {
    expect([0, 1, 2, 5, 6, 24].map(stockLabel)).toEqual([
      'Sold out',
      'Only 1 left',
      'Only 2 left',
      'Only 5 left',
      '6 left',
      '24 left',
    ]);
  });

  it('says how many there are and how many one has', () => {
    expect(tooManyText({ name: 'Mug', available: 3, inCart: 2 })).toBe(
      'Only 3 of Mug are left; you have 2 in your cart.',
    );
    expect(tooManyText({ name: 'Mug', available: 1, inCart: 0 })).toBe('Only 1 of Mug is left.');
    expect(tooManyText({ name: 'Mug', available: 0, inCart: 0 })).toBe('Mug is sold out.');
  });
});

describe('a way back', () => {
  it.each(['/checkout', '/?search=a&page=2', '/orders/abc'])('may lead to %s', (path) => {
    expect(ownPath(path)).toBe(path);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    'orders',
    '',
    undefined,
    ['/orders'],
    `/${'x'.repeat(3_000)}`,
  ])('never leads to %s', (path) => {
    expect(ownPath(path)).toBe('/');
  });
});

describe('the environment', () => {
  const minimum = {
    RABBITMQ_URL: 'amqp://frontend-service:secret@127.0.0.1',
    MONGO_URL: 'mongodb://127.0.0.1/frontend',
  };

  it('needs only the broker and the database', () => {
    expect(readConfig(minimum)).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      SITE_URL: 'http://localhost:3000',
      CHECKOUT_ORIGIN: 'https://checkout.stripe.com',
      secureCookies: false,
    });
  });

  it('is refused with all that is wrong at once', () => {
    const wrong = { ...minimum, PORT: 'http', SITE_URL: 'shop', SESSION_SECRET: 'short', NODE_ENV: 'test' };
    expect(() => readConfig(wrong)).toThrow(/PORT=[\s\S]*SITE_URL=[\s\S]*SESSION_SECRET/);
  });

  it('in production needs a secret of its own', () => {
    expect(() => readConfig({ ...minimum, NODE_ENV: 'production' })).toThrow(/SESSION_SECRET must be set/);
  });
});
