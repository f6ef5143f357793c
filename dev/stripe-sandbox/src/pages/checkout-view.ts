import type { Sandbox } from '../context.js';
import { CARD_GROUPS, TEST_CARDS, type TestCard } from '../domain/cards.js';
import { formatMoney } from '../domain/money.js';
import { knownEmail, prefilledPayer } from '../domain/payer.js';
import { MERCHANT, pagePath, totalsOf } from '../domain/sessions.js';
import type { SessionRecord, ShippingOptionRecord } from '../store/records.js';
import type { FieldErrors } from './checkout-form.js';

export interface FormProblem {
  /** What the shopper reads above the form. */
  message: string;
  errors: FieldErrors;
}

const countryNames = new Intl.DisplayNames('en', { type: 'region' });

/** Everything that `views/checkout.ejs` shows; all amounts are formatted already. */
export function checkoutView(sandbox: Sandbox, session: SessionRecord, problem: FormProblem | null) {
  const { subtotal, total } = totalsOf(session);
  const payer = prefilledPayer(sandbox, session);
  const money = (amount: number) => formatMoney(amount, session.currency);
  return {
    title: `Pay ${MERCHANT}`,
    merchant: MERCHANT,
    action: pagePath(session.id),
    cancelUrl: session.cancelUrl,
    items: session.lines.map(({ product, quantity, unitAmount }) => ({
      name: product.name,
      initial: [...product.name][0]?.toUpperCase() ?? '',
      quantity,
      each: quantity > 1 ? `${money(unitAmount)} each` : null,
      amount: money(unitAmount * quantity),
    })),
    subtotal: money(subtotal),
    shipping: session.shippingOptions.map((option) => ({
      name: option.displayName,
      estimate: estimateOf(option),
      amount: option.amount === 0 ? 'Free' : money(option.amount),
    }))[0],
    total: money(total),
    email: payer.email,
    emailIsFixed: knownEmail(sandbox, session) !== null,
    cardholderName: payer.name,
    shippingAddress: payer.shipping,
    countries: (session.shippingCountries ?? []).map((code) => ({
      code,
      name: countryNames.of(code) ?? code,
    })),
    problem,
    errors: problem?.errors ?? {},
    cardGroups: LISTED_CARDS,
  };
}

function estimateOf({ minimum, maximum }: ShippingOptionRecord): string | null {
  if (!minimum || !maximum) return null;
  return `${minimum.value}–${maximum.value} ${maximum.unit.replace('_', ' ')}s`;
}

const MOST_USED = ['visa', '3ds-required', 'insufficient-funds'];
const mostUsed = TEST_CARDS.filter(({ name }) => MOST_USED.includes(name));

const LISTED_CARDS = [{ name: 'Most used', cards: mostUsed }, ...CARD_GROUPS].map(({ name, cards }) => ({
  name,
  cards: cards.map(toListed),
}));

function toListed({ number, brand, title }: TestCard) {
  const isAmex = brand === 'amex';
  const spaced = isAmex
    ? number.replace(/^(\d{4})(\d{6})/, '$1 $2 ')
    : number.replace(/(\d{4})(?=\d)/g, '$1 ');
  return { spaced, cvc: isAmex ? '1234' : '123', title };
}
