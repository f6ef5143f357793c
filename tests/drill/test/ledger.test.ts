import type {
  Books,
  OrderEntry,
  Payment,
  ProductEntry,
  PublishedEvent,
} from '@micromall/test-kit/ledger/books';
import { compareBooks } from '@micromall/test-kit/ledger/compare';
import { describe, expect, it } from 'vitest';
import { settle } from '../src/ledger/settle.js';
import { waitsOf } from '../src/ledger/timing.js';

const noon = new Date('2026-11-21T12:00:00.000Z');
const mug = 'product-mug';

/** An order of two mugs over 4,200, with the states that it went through. */
function order(name: string, ...states: OrderEntry['state'][]): OrderEntry {
  const history = ['awaiting-payment' as const, ...states].map((state, index) => ({
    state,
    at: new Date(noon.getTime() + index * 1_000),
  }));
  return {
    _id: name,
    number: `MM-${name}`,
    state: history.at(-1)?.state ?? 'awaiting-payment',
    lines: [{ productId: mug, quantity: 2 }],
    total: 4_200,
    currency: 'SGD',
    history,
    checkout: { sessionId: `cs_${name}` },
    outbox: [],
  };
}

function payment(orderId: string, changed: Partial<Payment> = {}): Payment {
  return {
    session: `cs_${orderId}`,
    payment_intent: `pi_${orderId}`,
    amount: 4_200,
    amount_refunded: 0,
    currency: 'sgd',
    created: noon.getTime() / 1_000,
    metadata: { orderId },
    refunds: [],
    ...changed,
  };
}

function refund(id: string, amount = 4_200, status = 'succeeded') {
  return { id, amount, status };
}

function published(event: string, orderId: string, messageId = `${event}:${orderId}`): PublishedEvent {
  return { event, orderId, messageId };
}

const mugs: ProductEntry = {
  productId: mug,
  name: 'Mug',
  stocked: 10,
  available: 6,
  reserved: 2,
  sold: 2,
  holds: [{ orderId: 'open', quantity: 2 }],
};

/** One order of each kind, all in order: paid, refunded, cancelled, and one that stands at the payment page. */
const good: Books = {
  payments: [payment('paid'), payment('back', { amount_refunded: 4_200, refunds: [refund('re_1')] })],
  orders: [
    order('paid', 'paid'),
    order('back', 'paid', 'refunding', 'refunded'),
    order('gone', 'cancelled'),
    order('open'),
  ],
  products: [mugs],
  events: [
    published('order.paid', 'paid'),
    published('order.paid', 'back'),
    published('order.refunded', 'back'),
    published('order.cancelled', 'gone'),
  ],
  parked: [],
};

function withOrders(...orders: OrderEntry[]): Books {
  const named = new Map(orders.map((one) => [one._id, one]));
  const kept = good.orders.map((one) => named.get(one._id) ?? one);
  return { ...good, orders: [...kept, ...orders.filter(({ _id }) => !kept.some((one) => one._id === _id))] };
}

function says(books: Books): string[] {
  return compareBooks(books).map((one) => `${one.book}: ${one.says}`);
}

describe('books that are right', () => {
  it('say nothing', () => {
    expect(says(good)).toEqual([]);
  });

  it('may have an event delivered twice under one name', () => {
    expect(says({ ...good, events: [...(good.events ?? []), published('order.paid', 'paid')] })).toEqual([]);
  });

  it('may have a refund that failed at the bank before the one that went through', () => {
    const refunds = [refund('re_1', 4_200, 'failed'), refund('re_2')];
    const payments = [payment('paid'), payment('back', { amount_refunded: 4_200, refunds })];
    expect(says({ ...good, payments })).toEqual([]);
  });

  it('need no events where nobody recorded them', () => {
    expect(says({ ...good, events: undefined })).toEqual([]);
  });
});

const paid = order('paid', 'paid');

/** Each is wrong in one way; the ledger must find it and nothing else. */
const wrongs: [string, Books, string[]][] = [
  [
    'a payment without an order',
    { ...good, payments: [...good.payments, payment('nobody')] },
    ['payments: payment pi_nobody is for no order of the shop'],
  ],
  [
    'a paid order without a payment',
    { ...good, payments: good.payments.slice(1) },
    ['payments: order MM-paid is paid, so 4200 should be kept, but the stand-in keeps 0'],
  ],
  [
    'two payments for one order',
    { ...good, payments: [...good.payments, payment('paid', { payment_intent: 'pi_again' })] },
    [
      'payments: order MM-paid is paid and was paid 2 times',
      'payments: order MM-paid is paid, so 4200 should be kept, but the stand-in keeps 8400',
    ],
  ],
  [
    'two orders for one payment',
    {
      ...withOrders({ ...order('twin', 'paid'), checkout: { sessionId: 'cs_paid' } }),
      products: [{ ...mugs, sold: 4, available: 4 }],
      events: [...(good.events ?? []), published('order.paid', 'twin')],
    },
    [
      'orders: payment pi_paid counts for 2 orders: MM-paid, MM-twin',
      'payments: order MM-twin is paid, so 4200 should be kept, but the stand-in keeps 0',
    ],
  ],
  [
    'a payment of the wrong amount',
    { ...good, payments: [payment('paid', { amount: 4_199 }), ...good.payments.slice(1)] },
    ['payments: order MM-paid is paid, so 4200 should be kept, but the stand-in keeps 4199'],
  ],
  [
    'a payment in the wrong currency',
    { ...good, payments: [payment('paid', { currency: 'myr' }), ...good.payments.slice(1)] },
    ['payments: order MM-paid is paid in SGD and was paid in myr'],
  ],
  [
    'a payment for an order that still waits for it',
    { ...good, payments: [...good.payments, payment('open')] },
    ['payments: order MM-open is awaiting-payment, so 0 should be kept, but the stand-in keeps 4200'],
  ],
  [
    'a cancelled order that was paid and not given back',
    { ...good, payments: [...good.payments, payment('gone')] },
    ['payments: order MM-gone is cancelled, so 0 should be kept, but the stand-in keeps 4200'],
  ],
  [
    'an order that says it was given back and was not',
    { ...good, payments: [payment('paid'), payment('back')] },
    ['payments: order MM-back is refunded, so 0 should be kept, but the stand-in keeps 4200'],
  ],
  [
    'a refund that was made twice',
    {
      ...good,
      payments: [
        payment('paid'),
        payment('back', { amount_refunded: 8_400, refunds: [refund('re_1'), refund('re_2')] }),
      ],
    },
    [
      'payments: order MM-back is refunded, so 0 should be kept, but the stand-in keeps -4200',
      'refunds: payment pi_back was given back 2 times',
      'refunds: of payment pi_back over 4200, 8400 were given back',
    ],
  ],
  [
    'a refund of an order that was not to be refunded',
    {
      ...good,
      payments: [
        payment('paid', { amount_refunded: 4_200, refunds: [refund('re_9')] }),
        ...good.payments.slice(1),
      ],
    },
    ['payments: order MM-paid is paid, so 4200 should be kept, but the stand-in keeps 0'],
  ],
  [
    'a refund of a part',
    {
      ...good,
      payments: [payment('paid'), payment('back', { amount_refunded: 42, refunds: [refund('re_1', 42)] })],
    },
    [
      'payments: order MM-back is refunded, so 0 should be kept, but the stand-in keeps 4158',
      'refunds: of payment pi_back over 4200, 42 were given back',
    ],
  ],
  [
    'a refund that never ends',
    {
      ...withOrders(order('back', 'paid', 'refunding')),
      events: (good.events ?? []).filter(({ event }) => event !== 'order.refunded'),
    },
    ['orders: order MM-back is refunding: not at rest'],
  ],
  [
    'an event that waits in its order',
    withOrders({ ...paid, outbox: [{}] }),
    ['orders: order MM-paid has 1 events that were not published yet'],
  ],
  [
    'a unit that vanished',
    { ...good, products: [{ ...mugs, available: 5 }] },
    ['stock: Mug: 2 sold + 2 reserved + 5 available are not the 10 that were put in'],
  ],
  [
    'a unit too many',
    { ...good, products: [{ ...mugs, available: 7 }] },
    ['stock: Mug: 2 sold + 2 reserved + 7 available are not the 10 that were put in'],
  ],
  [
    'a unit that was sold to nobody',
    { ...good, products: [{ ...mugs, available: 5, sold: 3 }] },
    ['stock: Mug: 3 are sold, but paid orders have 2'],
  ],
  [
    'a paid order whose stock was not sold',
    { ...good, products: [{ ...mugs, available: 8, sold: 0 }] },
    ['stock: Mug: 0 are sold, but paid orders have 2'],
  ],
  [
    'stock below zero',
    {
      ...withOrders({ ...paid, lines: [{ productId: mug, quantity: 9 }] }),
      products: [{ ...mugs, sold: 9, available: -1 }],
    },
    ['stock: Mug: -1 are available'],
  ],
  [
    'a reservation without an order',
    { ...good, products: [{ ...mugs, holds: [{ orderId: 'ghost', quantity: 2 }] }] },
    [
      'stock: Mug: 2 are held for an order that does not exist (ghost)',
      'stock: Mug: nothing is held for order MM-open, which can be paid',
    ],
  ],
  [
    'a reservation for an order that is over',
    {
      ...good,
      products: [
        { ...mugs, available: 4, reserved: 4, holds: [...mugs.holds, { orderId: 'gone', quantity: 2 }] },
      ],
    },
    ['stock: Mug: 2 are held for order MM-gone, which is cancelled'],
  ],
  [
    'a reservation of another number than was ordered',
    {
      ...good,
      products: [{ ...mugs, available: 5, reserved: 3, holds: [{ orderId: 'open', quantity: 3 }] }],
    },
    ['stock: Mug: 3 are held for order MM-open, which wants 2'],
  ],
  [
    'more reserved than the reservations hold',
    { ...good, products: [{ ...mugs, available: 5, reserved: 3 }] },
    ['stock: Mug: 3 are reserved, but the reservations hold 2'],
  ],
  [
    'a payment page without its reservation',
    { ...good, products: [{ ...mugs, available: 8, reserved: 0, holds: [] }] },
    ['stock: Mug: nothing is held for order MM-open, which can be paid'],
  ],
  [
    'an event that was never published',
    { ...good, events: (good.events ?? []).slice(1) },
    ['events: order MM-paid was paid, but order.paid was published under 0 message ids'],
  ],
  [
    'one event published under two names',
    { ...good, events: [...(good.events ?? []), published('order.cancelled', 'gone', 'another')] },
    ['events: order MM-gone was cancelled, but order.cancelled was published under 2 message ids'],
  ],
  [
    'an event of something that never was',
    { ...good, events: [...(good.events ?? []), published('order.refunded', 'paid')] },
    ['events: order MM-paid was never refunded, but order.refunded was published under 1 message ids'],
  ],
  [
    'an event of an order that does not exist',
    { ...good, events: [...(good.events ?? []), published('order.paid', 'ghost')] },
    ['events: events were published about an order that does not exist (ghost)'],
  ],
  [
    'a message that nobody could handle',
    { ...good, parked: [{ queue: 'parking.order-service', reason: 'exhausted', firstError: 'no database' }] },
    ['parked: in parking.order-service lies a message that nobody could handle (exhausted): no database'],
  ],
];

describe('the ledger finds', () => {
  it.each(wrongs)('%s', (_name, books, expected) => {
    expect(says(books)).toEqual(expected);
  });
});

describe('how long payments wait for their orders', () => {
  const at = (seconds: number) => noon.getTime() + seconds * 1_000;
  const late = { ...order('paid'), history: [{ state: 'paid' as const, at: new Date(at(90)) }] };
  const books = { payments: [payment('paid')], orders: [late] };

  it('is too long after a minute in which everything worked', () => {
    expect(waitsOf(books, [])).toEqual({
      payments: 1,
      longestMs: 90_000,
      longestInOrderMs: 90_000,
      tooLong: ['order MM-paid waited 90 s for its payment to be known'],
    });
  });

  it('does not count the time in which a part was away, also if two were at once', () => {
    const outages = [
      { process: 'mongo', from: at(-20), to: at(10) },
      { process: 'rabbitmq', from: at(5), to: at(30) },
      { process: 'order-service', from: at(85), to: undefined },
    ];
    expect(waitsOf(books, outages)).toMatchObject({
      longestMs: 90_000,
      longestInOrderMs: 55_000,
      tooLong: [],
    });
  });

  it('counts what is given back at once as known', () => {
    const refunding = { ...late, history: [{ state: 'refunding' as const, at: new Date(at(3)) }] };
    expect(waitsOf({ ...books, orders: [refunding] }, [])).toMatchObject({ longestMs: 3_000 });
  });
});

describe('books that are not at rest yet', () => {
  it('are read again until they agree', async () => {
    const readings = [{ ...good, payments: [] }, { ...good, products: [{ ...mugs, sold: 0 }] }, good];
    const settled = await settle(async () => readings.shift() ?? good, 30_000);
    expect(settled).toMatchObject({ books: good, discrepancies: [] });
    expect(readings).toEqual([]);
  });

  it('count as they are when the time is over', async () => {
    const wrong = { ...good, payments: good.payments.slice(1) };
    const settled = await settle(async () => wrong, 0);
    expect(settled.discrepancies).toHaveLength(1);
  });
});
