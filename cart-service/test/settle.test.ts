import { deleteCart, orderPaid, settleCart } from '@micromall/contracts';
import type { RunningService } from '@micromall/platform';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type CartBed,
  contentsOf,
  expectOk,
  newId,
  type Person,
  patience,
  startCartBed,
  timeoutMs,
} from './bed.js';

let bed: CartBed;
let ada: Person;
let replicas: RunningService[];
let emitted = 0;

beforeAll(async () => {
  bed = await startCartBed('settle');
  replicas = await Promise.all([bed.start(), bed.start()]);
});
beforeEach(async () => {
  ada = await bed.newPerson();
});
afterAll(() => bed.stop());

interface Order {
  orderId: string;
  lines: { productId: string; quantity: number }[];
}
async function settle({ orderId, lines }: Order): Promise<void> {
  expectOk(
    await bed.orders.platform.rpc.call(settleCart, { userId: ada.userId, orderId, lines }, { timeoutMs }),
  );
}
function tellPaid({ orderId, lines }: Order): Promise<void> {
  emitted += 1;
  return bed.orders.platform.publisher.emit(orderPaid, {
    orderId,
    number: 'MM-7K3Q-9F2D',
    userId: ada.userId,
    occurredAt: new Date().toISOString(),
    lines,
    total: 4200,
    currency: 'SGD',
  });
}
/** How many events the replicas have handled by now. */
async function eventsHandled(): Promise<number> {
  const counts = await Promise.all(
    replicas.map(async ({ operationsPort }) => {
      const metrics = await (await fetch(`http://127.0.0.1:${operationsPort}/metrics`)).text();
      const count = /events_consumed_total{[^}]*event="order\.paid",outcome="handled"[^}]*} (\d+)/.exec(
        metrics,
      );
      return Number(count?.[1] ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

it('a paid order leaves the cart: what it bought goes, what was added since stays', async () => {
  const mug = bed.stock(50);
  const lamp = bed.stock(50);
  const pen = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 5, ada);
  await bed.change(ada.userId, lamp.productId, 1, ada);
  await bed.change(ada.userId, pen.productId, 1, ada);
  await settle({
    orderId: newId(),
    lines: [
      { productId: mug.productId, quantity: 2 },
      { productId: lamp.productId, quantity: 1 },
    ],
  });
  expect(contentsOf(await bed.get(ada.userId, ada))).toEqual({ [mug.productId]: 3, [pen.productId]: 1 });
});

it('the event alone does it too, when the direct call was lost', async () => {
  const mug = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 5, ada);
  await tellPaid({ orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] });
  await expect
    .poll(async () => contentsOf(await bed.get(ada.userId, ada)), patience)
    .toEqual({ [mug.productId]: 3 });
});

it('ten calls and five events of one order at once take it out once', async () => {
  const mug = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 20, ada);
  const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 3 }] };
  await Promise.all([
    ...Array.from({ length: 10 }, () => settle(order)),
    ...Array.from({ length: 5 }, () => tellPaid(order)),
  ]);
  await expect.poll(eventsHandled, patience).toBe(emitted);
  expect(contentsOf(await bed.get(ada.userId, ada))).toEqual({ [mug.productId]: 17 });
});

it('an event that comes late takes nothing out of the cart that was filled anew', async () => {
  const mug = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 2, ada);
  const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] };
  await settle(order);
  await bed.frontend.platform.rpc.call(deleteCart, { id: ada.userId }, { identity: ada.identity });
  await bed.change(ada.userId, mug.productId, 2, ada);
  await tellPaid(order);
  await expect.poll(eventsHandled, patience).toBe(emitted);
  expect(contentsOf(await bed.get(ada.userId, ada))).toEqual({ [mug.productId]: 2 });
});

it('an order that is settled before the cart was ever used is remembered all the same', async () => {
  const mug = bed.stock(50);
  const order = { orderId: newId(), lines: [{ productId: mug.productId, quantity: 2 }] };
  await settle(order);
  await bed.change(ada.userId, mug.productId, 2, ada);
  await settle(order);
  expect(contentsOf(await bed.get(ada.userId, ada))).toEqual({ [mug.productId]: 2 });
});

it('two orders of the same things are two orders', async () => {
  const mug = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 5, ada);
  const lines = [{ productId: mug.productId, quantity: 2 }];
  await Promise.all([settle({ orderId: newId(), lines }), settle({ orderId: newId(), lines })]);
  expect(contentsOf(await bed.get(ada.userId, ada))).toEqual({ [mug.productId]: 1 });
});

it('an order with one product in two lines, or with more than the cart has, leaves nothing negative', async () => {
  const mug = bed.stock(50);
  await bed.change(ada.userId, mug.productId, 5, ada);
  const { productId } = mug;
  const lines = [
    { productId, quantity: 2 },
    { productId, quantity: 9 },
  ];
  await settle({ orderId: newId(), lines });
  expect(await bed.get(ada.userId, ada)).toMatchObject({ lines: [], count: 0 });
});

it('needs nothing from product-service', async () => {
  const asked = bed.asked.length;
  await settle({ orderId: newId(), lines: [{ productId: newId(), quantity: 2 }] });
  expect(bed.asked.length).toBe(asked);
});
