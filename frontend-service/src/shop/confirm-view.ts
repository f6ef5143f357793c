import type { quoteOrder, RpcReply } from '@micromall/contracts';
import { compileView } from '../http/views.js';
import { formatMoney } from './money.js';
import { imageAddress } from './pictures.js';
import { changeWords, stockWords } from './words.js';

type Quote = Extract<RpcReply<typeof quoteOrder>, { ok: true }>;

interface ConfirmModel {
  readonly lines: readonly {
    readonly productId: string;
    readonly name: string;
    readonly image: string;
    readonly price: string;
    readonly quantity: number;
    readonly stock: string;
    readonly amount: string;
  }[];
  readonly changes: readonly string[];
  /** Why the shopper did not get to the payment page, one sentence a line. */
  readonly problems: readonly string[];
  /** With a problem that is not the shopper's doing: the number to ask us about. */
  readonly traceId?: string | undefined;
  readonly subtotal: string;
  readonly shippingLabel: string;
  readonly shippingDays: string;
  readonly shipping: string;
  readonly total: string;
  readonly checkoutId: string;
  readonly confirmedTotal: number;
  readonly cartVersion: number;
  readonly csrfToken: string;
}

interface Attempt {
  readonly checkoutId: string;
  readonly csrfToken: string;
  readonly problems: readonly string[];
  readonly traceId?: string | undefined;
}

/** The confirm page: everything that will be paid for, before anything is. */
export function createConfirmView(): (quote: Quote, attempt: Attempt) => string {
  const view = compileView<ConfirmModel>('checkout');
  return ({ cart, changes, shipping, total, currency }, attempt) =>
    view({
      ...attempt,
      lines: cart.lines.map((line) => ({
        productId: line.productId,
        name: line.name,
        image: imageAddress(line.image, 400),
        price: formatMoney(line.price, currency),
        quantity: line.quantity,
        stock: stockWords(line.available),
        amount: formatMoney(line.amount, currency),
      })),
      changes: changes.map(changeWords),
      subtotal: formatMoney(cart.subtotal, currency),
      shippingLabel: shipping.label,
      shippingDays: `${shipping.minDays}–${shipping.maxDays} business days`,
      shipping: formatMoney(shipping.amount, currency),
      total: formatMoney(total, currency),
      confirmedTotal: total,
      cartVersion: cart.version,
    });
}
