import type { quoteOrder, RpcReply } from '@micromall/contracts';
import { cartChangeText, stockLabel } from './labels.js';
import { formatMoney } from './money.js';
import { imageAddress } from './pictures.js';

export type Quote = RpcReply<typeof quoteOrder>;

/** What will be paid for, as the confirm page shows it. */
export interface QuoteModel {
  readonly lines: readonly {
    readonly name: string;
    readonly image: string | undefined;
    readonly price: string;
    readonly quantity: number;
    readonly stock: string;
    readonly amount: string;
  }[];
  readonly changes: readonly string[];
  readonly subtotal: string;
  readonly shippingLabel: string;
  readonly shippingDays: string;
  readonly shipping: string;
  readonly total: string;
  /** Integer, minor units. */
  readonly confirmedTotal: number;
  readonly cartVersion: number;
}

export function quoteModel({ cart, changes, shipping, total, currency }: Quote): QuoteModel {
  return {
    lines: cart.lines.map((line) => ({
      name: line.name,
      image: imageAddress(line.image, 400),
      price: formatMoney(line.price, currency),
      quantity: line.quantity,
      stock: stockLabel(line.available),
      amount: formatMoney(line.amount, currency),
    })),
    changes: changes.map(cartChangeText),
    subtotal: formatMoney(cart.subtotal, currency),
    shippingLabel: shipping.label,
    shippingDays: `${shipping.minDays}–${shipping.maxDays} business days`,
    shipping: formatMoney(shipping.amount, currency),
    total: formatMoney(total, currency),
    confirmedTotal: total,
    cartVersion: cart.version,
  };
}
