import { orderCancelled, orderPaid, orderRefunded, type ReservationLine } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import type { EventPublisher } from '@micromall/platform';
import { newId, settleWithinMs } from '@micromall/test-kit';
import { expect } from 'vitest';

type Metric = (name: string, labels: Record<string, string>) => Promise<number>;

const money = { total: 4200, currency: 'SGD' };

function about(orderId: string) {
  return { orderId, number: 'MM-7K3Q-9F2D', userId: newId(), occurredAt: new Date().toISOString() };
}

/** The events of order-service: each resolves when product-service has handled it. */
export function orderEvents(publisher: EventPublisher, metric: Metric) {
  const emitted = new Map<string, number>();

  async function handled(event: string, emitting: Promise<void>): Promise<void> {
    await emitting;
    const expected = (emitted.get(event) ?? 0) + 1;
    emitted.set(event, expected);
    const labels = { event, outcome: 'handled' };
    const isHandled = await until(
      async () => (await metric('events_consumed_total', labels)) >= expected,
      settleWithinMs,
    );
    expect(isHandled, `${event} was handled`).toBe(true);
  }

  return {
    paid: (orderId: string, lines: ReservationLine[]) =>
      handled(orderPaid.name, publisher.emit(orderPaid, { ...about(orderId), ...money, lines })),
    cancelled: (
      orderId: string,
      lines: ReservationLine[],
      reason: 'payment-expired' | 'out-of-stock' = 'payment-expired',
    ) => handled(orderCancelled.name, publisher.emit(orderCancelled, { ...about(orderId), lines, reason })),
    refunded: (orderId: string, lines: ReservationLine[]) =>
      handled(orderRefunded.name, publisher.emit(orderRefunded, { ...about(orderId), ...money, lines })),
  };
}
