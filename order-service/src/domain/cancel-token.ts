import { timingSafeEqual } from 'node:crypto';
import type { OrderRecord } from './order.js';

/**
 * Whether a token is the one in the return address of this order's payment page. Takes the same time however much of
 * it is right. An order from before there were tokens has none, so no token fits it.
 */
export function isCancelTokenOf(order: Pick<OrderRecord, 'cancelToken'>, token: string): boolean {
  const [expected, given] = [Buffer.from(order.cancelToken ?? ''), Buffer.from(token)];
  return expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given);
}
