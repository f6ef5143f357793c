import {
  type Books,
  hasBeen,
  type OrderEntry,
  type Payment,
  type ProductEntry,
  type PublishedEvent,
  statesWithMoney,
  unsettledStates,
} from './books.js';

/** Something on which the books do not agree. */
export interface Discrepancy {
  readonly book: 'payments' | 'refunds' | 'orders' | 'stock' | 'events' | 'parked';
  readonly says: string;
}

/** Goes through the books line by line. @returns nothing when they are right and everything is at rest */
export function compareBooks(books: Books): Discrepancy[] {
  const { payments, orders, products, events, parked } = books;
  return [
    ...strangePayments(payments, orders),
    ...orders.flatMap((order) => moneyOf(order, payments)),
    ...payments.flatMap(refundsOf),
    ...orders.flatMap(unrestOf),
    ...products.flatMap((product) => stockOf(product, orders)),
    ...missingHolds(orders, products),
    ...(events ? eventsAgainst(events, orders) : []),
    ...parked.map(({ queue, reason, firstError }) =>
      discrepancy('parked', `in ${queue} lies a message that nobody could handle (${reason}): ${firstError}`),
    ),
  ];
}

function discrepancy(book: Discrepancy['book'], says: string): Discrepancy {
  return { book, says };
}

function strangePayments(payments: readonly Payment[], orders: readonly OrderEntry[]): Discrepancy[] {
  const known = new Set(orders.map(({ _id }) => _id));
  const holders = new Map<string, string[]>();
  for (const { checkout, number } of orders) {
    if (checkout) holders.set(checkout.sessionId, [...(holders.get(checkout.sessionId) ?? []), number]);
  }
  return payments.flatMap(({ payment_intent, metadata, session }) => {
    const owners = holders.get(session) ?? [];
    return [
      ...(known.has(metadata.orderId ?? '')
        ? []
        : [discrepancy('payments', `payment ${payment_intent} is for no order of the shop`)]),
      ...(owners.length > 1
        ? [
            discrepancy(
              'orders',
              `payment ${payment_intent} counts for ${owners.length} orders: ${owners.join(', ')}`,
            ),
          ]
        : []),
    ];
  });
}

/** The money that is kept for an order is what its state says, no more and no less. */
function moneyOf(order: OrderEntry, payments: readonly Payment[]): Discrepancy[] {
  const mine = payments.filter(({ metadata }) => metadata.orderId === order._id);
  const kept = mine.reduce((sum, { amount, amount_refunded }) => sum + amount - amount_refunded, 0);
  const due = statesWithMoney.includes(order.state) ? order.total : 0;
  const said = `order ${order.number} is ${order.state}`;
  const wrong: Discrepancy[] = [];
  if (mine.length > 1) wrong.push(discrepancy('payments', `${said} and was paid ${mine.length} times`));
  if (kept !== due) {
    wrong.push(discrepancy('payments', `${said}, so ${due} should be kept, but the stand-in keeps ${kept}`));
  }
  for (const { currency } of mine) {
    if (currency.toUpperCase() !== order.currency) {
      wrong.push(discrepancy('payments', `${said} in ${order.currency} and was paid in ${currency}`));
    }
  }
  return wrong;
}

/** A refund gives the whole payment back, once. */
function refundsOf({ payment_intent, amount, amount_refunded, refunds }: Payment): Discrepancy[] {
  const made = refunds.filter(({ status }) => status === 'succeeded' || status === 'pending');
  const wrong: Discrepancy[] = [];
  if (made.length > 1) {
    wrong.push(discrepancy('refunds', `payment ${payment_intent} was given back ${made.length} times`));
  }
  if (amount_refunded !== 0 && amount_refunded !== amount) {
    wrong.push(
      discrepancy(
        'refunds',
        `of payment ${payment_intent} over ${amount}, ${amount_refunded} were given back`,
      ),
    );
  }
  return wrong;
}

function unrestOf({ number, state, outbox }: OrderEntry): Discrepancy[] {
  const wrong: Discrepancy[] = [];
  if (unsettledStates.includes(state))
    wrong.push(discrepancy('orders', `order ${number} is ${state}: not at rest`));
  if (outbox.length > 0) {
    wrong.push(
      discrepancy('orders', `order ${number} has ${outbox.length} events that were not published yet`),
    );
  }
  return wrong;
}

/** Sold + reserved + available = what was put in; each part is what the orders say. */
function stockOf(product: ProductEntry, orders: readonly OrderEntry[]): Discrepancy[] {
  const { productId, name, stocked, available, reserved, sold, holds } = product;
  const wrong: string[] = [];
  if (sold + reserved + available !== stocked) {
    wrong.push(
      `${sold} sold + ${reserved} reserved + ${available} available are not the ${stocked} that were put in`,
    );
  }
  for (const [what, count] of Object.entries({ sold, reserved, available })) {
    if (count < 0) wrong.push(`${count} are ${what}`);
  }
  const bought = orders
    .filter(({ state }) => statesWithMoney.includes(state))
    .reduce((sum, order) => sum + quantityOf(order, productId), 0);
  if (sold !== bought) wrong.push(`${sold} are sold, but paid orders have ${bought}`);
  const held = holds.reduce((sum, { quantity }) => sum + quantity, 0);
  if (reserved !== held) wrong.push(`${reserved} are reserved, but the reservations hold ${held}`);
  for (const { orderId, quantity } of holds) {
    const order = orders.find(({ _id }) => _id === orderId);
    const wanted = order ? quantityOf(order, productId) : 0;
    if (!order) wrong.push(`${quantity} are held for an order that does not exist (${orderId})`);
    else if (order.state !== 'awaiting-payment') {
      wrong.push(`${quantity} are held for order ${order.number}, which is ${order.state}`);
    } else if (wanted !== quantity) {
      wrong.push(`${quantity} are held for order ${order.number}, which wants ${wanted}`);
    }
  }
  return wrong.map((says) => discrepancy('stock', `${name}: ${says}`));
}

/** Whoever stands at a payment page was promised the goods. */
function missingHolds(orders: readonly OrderEntry[], products: readonly ProductEntry[]): Discrepancy[] {
  const known = new Map(products.map((product) => [product.productId, product]));
  return orders
    .filter(({ state, checkout }) => state === 'awaiting-payment' && checkout !== null)
    .flatMap(({ _id, number, lines }) =>
      lines.flatMap(({ productId }) => {
        const product = known.get(productId);
        if (!product || product.holds.some(({ orderId }) => orderId === _id)) return [];
        return [
          discrepancy('stock', `${product.name}: nothing is held for order ${number}, which can be paid`),
        ];
      }),
    );
}

function quantityOf({ lines }: OrderEntry, productId: string): number {
  return lines
    .filter((line) => line.productId === productId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Each of these states publishes one event, and no other state does. */
const publishingStates = [
  ['paid', 'order.paid'],
  ['cancelled', 'order.cancelled'],
  ['refunded', 'order.refunded'],
] as const;

function eventsAgainst(events: readonly PublishedEvent[], orders: readonly OrderEntry[]): Discrepancy[] {
  const published = new Map<string, Set<string>>();
  for (const { event, orderId, messageId } of events) {
    const key = `${event} ${orderId}`;
    published.set(key, (published.get(key) ?? new Set()).add(messageId));
  }
  const known = new Set(orders.map(({ _id }) => _id));
  const strange = new Set(events.map(({ orderId }) => orderId).filter((orderId) => !known.has(orderId)));
  return [
    ...[...strange].map((orderId) =>
      discrepancy('events', `events were published about an order that does not exist (${orderId})`),
    ),
    ...orders.flatMap((order) =>
      publishingStates.flatMap(([state, event]): Discrepancy[] => {
        const names = published.get(`${event} ${order._id}`)?.size ?? 0;
        const due = hasBeen(order, state) ? 1 : 0;
        if (names === due) return [];
        const said = `order ${order.number} ${due === 1 ? 'was' : 'was never'} ${state}`;
        return [discrepancy('events', `${said}, but ${event} was published under ${names} message ids`)];
      }),
    ),
  ];
}
