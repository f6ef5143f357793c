import { randomInt } from 'node:crypto';
import { type OrderState, orderState, retryDelaysMs } from '@micromall/contracts';
import { ConfigurationError } from '@micromall/platform';
import { describe, expect, it } from 'vitest';
import { readConfig, variables } from '../src/config.js';
import { checkPaymentEveryMs } from '../src/domain/checks.js';
import { newOrderNumber } from '../src/domain/order-number.js';
import { isRefundable, mayBecome } from '../src/domain/transitions.js';

const states = orderState.options;

describe('the life of an order', () => {
  it('knows exactly these steps', () => {
    const steps = states.flatMap((from) =>
      states.filter((to) => mayBecome(from, to)).map((to) => `${from} -> ${to}`),
    );
    expect(steps.sort()).toEqual(
      [
        'awaiting-payment -> paid',
        'awaiting-payment -> cancelled',
        'paid -> accepted',
        'paid -> refunding',
        'accepted -> shipped',
        'accepted -> refunding',
        'shipped -> delivered',
        'shipped -> refunding',
        'delivered -> refunding',
        'cancelled -> refunding',
        'refunding -> refunded',
        'refunding -> refund-failed',
        'refunded -> refund-failed',
        'refund-failed -> refunding',
      ].sort(),
    );
  });

  it('lets a person refund only what the shop holds money for', () => {
    const refundable: OrderState[] = ['paid', 'accepted', 'shipped', 'delivered', 'refund-failed'];
    expect(states.filter(isRefundable).sort()).toEqual(refundable.sort());
  });
});

it('an order number has no letter that is misheard', () => {
  const numbers = Array.from({ length: 200 }, () => newOrderNumber(randomInt));
  for (const number of numbers) expect(number).toMatch(/^MM-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(numbers).size).toBe(200);
});

describe('the environment', () => {
  const environment = {
    RABBITMQ_URL: 'amqp://order-service:secret@127.0.0.1',
    MONGO_URL: 'mongodb://127.0.0.1/order-service',
  };

  it('has a right value for everything that is not set', () => {
    expect(readConfig(environment)).toMatchObject({
      CURRENCY: 'SGD',
      CHECKOUT_MINUTES: 35,
      shipping: { label: 'Standard Delivery', amount: 500, minDays: 5, maxDays: 7 },
    });
  });

  it.each([
    ['a delivery that costs a fraction', { SHIPPING_AMOUNT: '4.99' }, /SHIPPING_AMOUNT/],
    ['a payment page shorter than Stripe allows', { CHECKOUT_MINUTES: '30' }, /at least 31/],
    ['a payment page longer than Stripe allows', { CHECKOUT_MINUTES: '1440' }, /at most 1439/],
    ['days the wrong way round', { SHIPPING_MIN_DAYS: '9' }, /the fewest days come first/],
    ['a currency that is none', { CURRENCY: 'dollars' }, /currency code/],
  ])('refuses %s', (_name, changes, sentence) => {
    expect(() => readConfig({ ...environment, ...changes })).toThrow(ConfigurationError);
    expect(() => readConfig({ ...environment, ...changes })).toThrow(sentence);
  });
});

describe('within a minute', () => {
  const minuteMs = 60_000;

  it('an order whose payment no event reported is checked, and answered for, within a minute', () => {
    // Just missed by a sweep: it waits for its check, then for the next sweep, then for the answer.
    const answerMs = 4_000;
    expect(checkPaymentEveryMs + Number(variables.CHECKOUT_SWEEP_MS.default) + answerMs).toBeLessThan(
      minuteMs,
    );
  });

  it('an event that waits in an order for a process that died is sent within seconds', () => {
    expect(Number(variables.OUTBOX_RELAY_MS.default)).toBeLessThanOrEqual(10_000);
  });

  it('the event of a payment that fails for a minute is tried again within the next', () => {
    let tried = 0;
    for (const delayMs of retryDelaysMs) {
      if (tried < minuteMs) expect(delayMs).toBeLessThanOrEqual(minuteMs);
      tried += delayMs;
    }
    expect(tried).toBeGreaterThan(minuteMs);
  });
});
