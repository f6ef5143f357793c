import type { Caller } from '@micromall/platform';

/** An account's cart is named by the account's id; every other id is a secret that some guest's browser knows. */
export function isAccountCart(cartId: string): boolean {
  return /^[0-9a-f]{24}$/i.test(cartId);
}

/** Who knows the id of a guest's cart may use it; an account's cart is for that person, order-service and the operator. */
export function mayUse(cartId: string, { from, identity }: Pick<Caller, 'from' | 'identity'>): boolean {
  if (!isAccountCart(cartId)) return true;
  return identity?.userId === cartId || from === 'order-service' || from === 'operator';
}
