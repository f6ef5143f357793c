import type { Problem } from './problems.js';

/** What a page says when the part of the shop behind it does not answer, by the first word of its address. */
const unavailable: Readonly<Record<string, Omit<Problem, 'status'>>> = {
  '': {
    title: 'The catalogue is resting',
    text: 'Our storeroom does not answer at the moment. Your cart and your orders are safe; please look in again in a minute.',
  },
  products: {
    title: 'This product is resting',
    text: 'Our storeroom does not answer at the moment, so we can not show it. Please look in again in a minute.',
  },
  cart: {
    title: 'Your cart is resting',
    text: 'Your cart does not answer at the moment, but nothing in it is lost. You can look around meanwhile.',
  },
  login: {
    title: 'Logging in is resting',
    text: 'We can not look up accounts at the moment. Nothing is wrong with yours; please try again in a minute.',
  },
  register: {
    title: 'Creating accounts is resting',
    text: 'We can not look up accounts at the moment. Please try again in a minute.',
  },
  logout: {
    title: 'Logging out is resting',
    text: 'You are still logged in. Please go back and try again in a minute.',
  },
  checkout: {
    title: 'Checking out is resting',
    text: 'We can not prepare your order at the moment. Nothing was charged, and your cart is as you left it. Please try again in a minute: it stays one order.',
  },
  success: {
    title: 'Your payment is being confirmed',
    text: 'We could not ask about your payment just now. It is safe: if you paid, there is an order, and if there is no order your money goes back.',
  },
  cancel: {
    title: 'You went back from the payment page',
    text: 'We could not look at your order just now. If you did not pay, nothing was charged and the order ends by itself. Your cart is as you left it.',
  },
  orders: {
    title: 'Your orders are resting',
    text: 'We can not look them up at the moment. They are safe; please try again in a minute.',
  },
  createproduct: {
    title: 'Adding products is resting',
    text: 'Our storeroom does not answer at the moment. Please try again in a minute.',
  },
};

const somePart: Omit<Problem, 'status'> = {
  title: 'A part of the shop is resting',
  text: 'A part of the shop does not answer at the moment. Nothing is lost: please try again in a minute.',
};

/** What to say at an address whose service, or whose visitor's session, can't be asked just now. */
export function unavailableAt(path: string): Problem {
  const [, part = ''] = path.split('/');
  return { status: 503, ...((Object.hasOwn(unavailable, part) ? unavailable[part] : undefined) ?? somePart) };
}
