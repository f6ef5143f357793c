import type { Order } from '@micromall/contracts';
import { formatTime, orderStateLabel } from './labels.js';
import { formatMoney } from './money.js';
import { endReasonText } from './order-outcome.js';
import { imageAddress } from './pictures.js';

/** An order as the pages show it. */
export interface OrderModel {
  readonly orderId: string;
  readonly number: string;
  readonly state: string;
  readonly stateName: string;
  readonly placedAt: string;
  /** Why it ended, if it did. */
  readonly reason: string | undefined;
  readonly count: number;
  readonly lines: readonly {
    readonly productId: string;
    readonly name: string;
    readonly image: string | undefined;
    readonly price: string;
    readonly quantity: number;
    readonly amount: string;
  }[];
  readonly subtotal: string;
  readonly shipping: string;
  readonly total: string;
  readonly traceId: string | null;
  readonly history: readonly { readonly state: string; readonly at: string; readonly timestamp: string }[];
}

export function orderModel(order: Order): OrderModel {
  const { currency } = order;
  return {
    orderId: order.orderId,
    number: order.number,
    state: orderStateLabel(order.state),
    stateName: order.state,
    placedAt: formatTime(order.createdAt),
    reason: endReasonText(order),
    count: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    lines: order.lines.map((line) => ({
      productId: line.productId,
      name: line.name,
      image: imageAddress(line.image, 400),
      price: formatMoney(line.price, currency),
      quantity: line.quantity,
      amount: formatMoney(line.amount, currency),
    })),
    subtotal: formatMoney(order.subtotal, currency),
    shipping: formatMoney(order.shipping, currency),
    total: formatMoney(order.total, currency),
    traceId: order.traceId,
    history: order.history.map(({ state, at }) => ({
      state: orderStateLabel(state),
      at: formatTime(at),
      timestamp: at,
    })),
  };
}
