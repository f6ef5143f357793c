import type { Sandbox } from '../context.js';
import { TEST_CARDS, type TestCard } from '../domain/cards.js';
import { formatMoney } from '../domain/money.js';
import { knownEmail, prefilledPayer } from '../domain/prefill.js';
import { chosenShippingOption, totalsOf } from '../domain/totals.js';
import type { DeliveryBound, SessionRecord, ShippingOptionRecord } from '../store/records.js';
import { pagePath } from './addresses.js';
import type { FieldErrors } from './form.js';

export interface Trouble {
  /** What the shopper reads above the form. */
  message: string;
  errors: FieldErrors;
}

const countryNames = new Intl.DisplayNames('en', { type: 'region' });

/** Everything that `views/checkout.ejs` shows; all amounts are formatted already. */
export function checkoutView(sandbox: Sandbox, session: SessionRecord, trouble: Trouble | null) {
  const totals = totalsOf(session);
  const payer = prefilledPayer(sandbox, session);
  const money = (amount: number) => formatMoney(amount, session.currency);
  return {
    title: `Pay ${session.merchantName}`,
    merchant: session.merchantName,
    action: pagePath(session.id),
    cancelUrl: session.cancelUrl,
    items: session.lines.map((line) => ({
      name: line.product.name,
      initial: [...line.product.name][0]?.toUpperCase() ?? '',
      description: line.product.description,
      quantity: line.quantity,
      each: line.quantity > 1 ? `${money(line.unitAmount)} each` : null,
      amount: money(line.unitAmount * line.quantity),
    })),
    subtotal: money(totals.subtotal),
    shipping: chosenShippingOption(session) && {
      name: chosenShippingOption(session)?.displayName,
      amount: shippingPrice(totals.shipping, session.currency),
    },
    shippingOptions: session.shippingOptions.map((option, index) => ({
      index,
      name: option.displayName,
      estimate: estimateOf(option),
      amount: shippingPrice(option.amount, session.currency),
      shippingAmount: option.amount,
      total: money(totals.subtotal + option.amount),
      totalMinor: totals.subtotal + option.amount,
      chosen: index === session.chosenShipping,
    })),
    total: money(totals.total),
    totalMinor: totals.total,
    email: payer.email,
    emailIsFixed: knownEmail(sandbox, session) !== null,
    cardholderName: payer.name,
    shippingAddress: payer.shipping,
    countries: (session.shippingCountries ?? []).map((code) => ({
      code,
      name: countryNames.of(code) ?? code,
    })),
    trouble,
    errors: trouble?.errors ?? {},
    cardGroups: CARD_GROUPS,
  };
}

function shippingPrice(amount: number, currency: string): string {
  return amount === 0 ? 'Free' : formatMoney(amount, currency);
}

function estimateOf({ minimum, maximum }: ShippingOptionRecord): string | null {
  if (minimum && maximum && minimum.unit === maximum.unit) {
    return `${minimum.value}–${inWords(maximum)}`;
  }
  if (minimum && maximum) return `${inWords(minimum)} to ${inWords(maximum)}`;
  if (maximum) return `up to ${inWords(maximum)}`;
  return minimum && `at least ${inWords(minimum)}`;
}

function inWords({ unit, value }: DeliveryBound): string {
  return `${value} ${unit.replace('_', ' ')}${value === 1 ? '' : 's'}`;
}

interface CardGroup {
  name: string;
  cards: { number: string; spaced: string; cvc: string; title: string }[];
}

const MOST_USED = ['visa', '3ds-required', 'insufficient-funds'];

const CARD_GROUPS: CardGroup[] = groupCards();

function groupCards(): CardGroup[] {
  const groups: [string, (card: TestCard) => boolean][] = [
    ['Most used', (card) => MOST_USED.includes(card.name)],
    ['Pays at once', (card) => !isSpecial(card)],
    ['3-D Secure', (card) => card.name.startsWith('3ds-')],
    ['Declined', ({ name, behaviour }) => behaviour.decline !== null && !name.startsWith('3ds-')],
    ['Risk and checks', ({ behaviour }) => behaviour.decline === null && isRisky(behaviour)],
    [
      'After the payment',
      ({ behaviour }) => behaviour.afterwards !== 'nothing' || behaviour.refunds !== 'succeed',
    ],
  ];
  return groups.map(([name, belongs]) => ({ name, cards: TEST_CARDS.filter(belongs).map(toListed) }));
}

function isSpecial({ name, behaviour }: TestCard): boolean {
  return (
    name.startsWith('3ds-') ||
    behaviour.decline !== null ||
    isRisky(behaviour) ||
    behaviour.afterwards !== 'nothing' ||
    behaviour.refunds !== 'succeed'
  );
}

function isRisky({ risk, checks }: TestCard['behaviour']): boolean {
  return risk !== 'normal' || Object.values(checks).some((check) => check !== 'pass');
}

function toListed({ number, brand, title }: TestCard): CardGroup['cards'][number] {
  const spaced =
    brand === 'amex' ? number.replace(/^(\d{4})(\d{6})/, '$1 $2 ') : number.replace(/(\d{4})(?=\d)/g, '$1 ');
  return { number, spaced, cvc: brand === 'amex' ? '1234' : '123', title };
}
