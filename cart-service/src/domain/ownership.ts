import type { Caller } from '@micromall/platform';

/** An account's cart has the account's id; every other id is a secret that one guest's browser knows. */
export function isAccountCart(cartId: string): boolean {
  return /^[0-9a-f]{24}$/i.test(cartId);
}

/** Who knows the id of a guest's cart may use it; an account's is for its person, order-service and the operator. */
export function mayUse(cartId: string, { from, identity }: Pick<Caller, 'from' | 'identity'>): boolean {
  if (!isAccountCart(cartId)) return true;
  return identity?.userId === cartId || from === 'order-service' || from === 'operator';
}

/** The answer to whoever may not use a cart. */
export const notYourCart = {
  ok: false,
  error: {
    code: 'not-your-cart',
    message: 'This cart belongs to an account. Log in as that person to use it.',
    details: undefined,
  },
} as const;
