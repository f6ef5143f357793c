import type { Sandbox } from '../context.js';
import { TEST_CARDS, type TestCard } from '../domain/cards.js';
import { formatMoney } from '../domain/money.js';
import { knownEmail, prefilledPayer } from '../domain/payer.js';
import { MERCHANT, pagePath, totalsOf } from '../domain/sessions.js';
import type { DeliveryBound, SessionRecord, ShippingOptionRecord } from '../store/records.js';
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
    cardGroups: CARD_GROUPS,
  };
}

function estimateOf({ minimum, maximum }: ShippingOptionRecord): string | null {
  if (minimum && maximum && minimum.unit === maximum.unit) return `${minimum.value}–${inWords(maximum)}`;
  if (minimum && maximum) return `${inWords(minimum)} to ${inWords(maximum)}`;
  if (maximum) return `up to ${inWords(maximum)}`;
  return minimum && `at least ${inWords(minimum)}`;
}

function inWords({ unit, value }: DeliveryBound): string {
  return `${value} ${unit.replace('_', ' ')}${value === 1 ? '' : 's'}`;
}

const MOST_USED = ['visa', '3ds-required', 'insufficient-funds'];

const is3ds = ({ name }: TestCard): boolean => name.startsWith('3ds-');
const isDeclined = ({ behaviour }: TestCard): boolean => behaviour.decline !== null;
const isRisky = ({ behaviour: { risk, checks } }: TestCard): boolean =>
  risk !== 'normal' || Object.values(checks).some((check) => check !== 'pass');
const hasSequel = ({ behaviour }: TestCard): boolean =>
  behaviour.afterwards !== 'nothing' || behaviour.refunds !== 'succeed';

const GROUPS: [string, (card: TestCard) => boolean][] = [
  ['Most used', ({ name }) => MOST_USED.includes(name)],
  ['Pays at once', (card) => ![is3ds, isDeclined, isRisky, hasSequel].some((test) => test(card))],
  ['3-D Secure', is3ds],
  ['Declined', (card) => isDeclined(card) && !is3ds(card)],
  ['Risk and checks', (card) => isRisky(card) && !isDeclined(card)],
  ['After the payment', hasSequel],
];

const CARD_GROUPS = GROUPS.map(([name, belongs]) => ({
  name,
  cards: TEST_CARDS.filter(belongs).map(toListed),
}));

function toListed({ number, brand, title }: TestCard) {
  const isAmex = brand === 'amex';
  const spaced = isAmex
    ? number.replace(/^(\d{4})(\d{6})/, '$1 $2 ')
    : number.replace(/(\d{4})(?=\d)/g, '$1 ');
  return { spaced, cvc: isAmex ? '1234' : '123', title };
}
