/**
 * Stripe's published test cards and what each does. These numbers belong to nobody.
 * Source: https://docs.stripe.com/testing and https://docs.stripe.com/radar/testing
 */

export interface Decline {
  code: string;
  declineCode: string | null;
  /** What the shopper reads. It never says that a card is lost, stolen or suspected. */
  message: string;
}

export interface CardBehaviour {
  /** `required`: the payment page asks for 3-D Secure; `unavailable`: asking would fail, so the payment does. */
  authentication: 'none' | 'required' | 'unavailable';
  decline: Decline | null;
  afterwards: 'nothing' | 'dispute-fraudulent' | 'dispute-not-received' | 'inquiry';
  refunds: 'succeed' | 'pending-then-succeed' | 'succeed-then-fail';
  checks: { cvc: string; postalCode: string; line1: string };
}

export interface TestCard {
  /** A stable name: records store this instead of the number. */
  name: string;
  number: string;
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  /** One line for the list on the payment page. */
  title: string;
  behaviour: CardBehaviour;
}

const PASSING: CardBehaviour = {
  authentication: 'none',
  decline: null,
  afterwards: 'nothing',
  refunds: 'succeed',
  checks: { cvc: 'pass', postalCode: 'pass', line1: 'pass' },
};

function declined(declineCode: string, message = 'Your card was declined.'): Decline {
  return { code: 'card_declined', declineCode, message };
}

function failed(code: string, message: string): Decline {
  return { code, declineCode: null, message };
}

export const DECLINES = {
  generic: declined('generic_decline'),
  insufficientFunds: declined('insufficient_funds', 'Your card has insufficient funds.'),
  lost: declined('lost_card'),
  stolen: declined('stolen_card'),
  velocity: declined(
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ),
  fraudulent: declined('fraudulent'),
  expired: failed('expired_card', 'Your card has expired.'),
  incorrectCvc: failed('incorrect_cvc', "Your card's security code is incorrect."),
  processing: failed(
    'processing_error',
    'An error occurred while processing your card. Try again in a little bit.',
  ),
  authenticationFailed: failed(
    'payment_intent_authentication_failure',
    'We are unable to authenticate your payment method. ' +
      'Please choose a different payment method and try again.',
  ),
  /** The bank's own words for a number outside the list; the page adds why. */
  notATestCard: declined(
    'test_mode_live_card',
    'Your card was declined. This is not a test card: this page takes no real money, and real cards must not be ' +
      'used here. Choose one of the test cards below.',
  ),
};

type Row = [string, string, string, TestCard['funding'], string, string, Partial<CardBehaviour>];

/** Columns: name, number, brand, funding, country, what it does, and how it differs from a card that just pays. */
// biome-ignore format: a table is read in columns
const groups: Record<string, Row[]> = {
  'Pays at once': [
    ['visa', '4242424242424242', 'visa', 'credit', 'US', 'Pays at once', {}],
    ['visa-debit', '4000056655665556', 'visa', 'debit', 'US', 'Visa debit: pays at once', {}],
    ['mastercard', '5555555555554444', 'mastercard', 'credit', 'US', 'Mastercard: pays at once', {}],
    ['mastercard-2-series', '2223003122003222', 'mastercard', 'credit', 'US', 'Mastercard 2-series: pays at once', {}],
    ['mastercard-debit', '5200828282828210', 'mastercard', 'debit', 'US', 'Mastercard debit: pays at once', {}],
    ['mastercard-prepaid', '5105105105105100', 'mastercard', 'prepaid', 'US', 'Mastercard prepaid: pays at once', {}],
    ['amex', '378282246310005', 'amex', 'credit', 'US', 'American Express (4-digit CVC): pays at once', {}],
    ['amex-2', '371449635398431', 'amex', 'credit', 'US', 'American Express (4-digit CVC): pays at once', {}],
    ['discover', '6011111111111117', 'discover', 'credit', 'US', 'Discover: pays at once', {}],
    ['discover-2', '6011000990139424', 'discover', 'credit', 'US', 'Discover: pays at once', {}],
    ['discover-debit', '6011981111111113', 'discover', 'debit', 'US', 'Discover debit: pays at once', {}],
    ['diners', '3056930009020004', 'diners', 'credit', 'US', 'Diners Club: pays at once', {}],
    ['diners-14', '36227206271667', 'diners', 'credit', 'US', 'Diners Club (14 digits): pays at once', {}],
    ['jcb', '3566002020360505', 'jcb', 'credit', 'JP', 'JCB: pays at once', {}],
    ['unionpay', '6200000000000005', 'unionpay', 'credit', 'CN', 'UnionPay: pays at once', {}],
    ['unionpay-debit', '6200000000000047', 'unionpay', 'debit', 'CN', 'UnionPay debit: pays at once', {}],
    ['unionpay-19', '6205500000000000004', 'unionpay', 'credit', 'CN', 'UnionPay (19 digits): pays at once', {}],
    ['bypass-pending', '4000000000000077', 'visa', 'credit', 'US', 'Pays at once, funds available at once', {}],
  ],
  // A card "set up for future use" still asks while the shopper is there, as on a payment page.
  '3-D Secure': [
    ['3ds-required', '4000000000003220', 'visa', 'credit', 'US', 'Asks for 3-D Secure, then pays', { authentication: 'required' }],
    ['3ds-unless-set-up', '4000002500003155', 'visa', 'credit', 'US', 'Asks for 3-D Secure unless set up before', { authentication: 'required' }],
    ['3ds-always', '4000002760003184', 'visa', 'credit', 'US', 'Always asks for 3-D Secure', { authentication: 'required' }],
    ['3ds-set-up', '4000003800000446', 'visa', 'credit', 'US', 'Already set up; still asks for 3-D Secure on this page', { authentication: 'required' }],
    ['3ds-insufficient-funds', '4000008260003178', 'visa', 'credit', 'US', '3-D Secure, then insufficient funds', { authentication: 'required', decline: DECLINES.insufficientFunds }],
    ['3ds-declined', '4000008400001629', 'visa', 'credit', 'US', '3-D Secure, then declined', { authentication: 'required', decline: DECLINES.generic }],
    ['3ds-lookup-fails', '4000008400001280', 'visa', 'credit', 'US', '3-D Secure is needed but its look-up fails', { authentication: 'unavailable', decline: DECLINES.processing }],
    ['3ds-optional', '4000000000003055', 'visa', 'credit', 'US', '3-D Secure possible but not needed: pays at once', {}],
    ['3ds-optional-error', '4000000000003097', 'visa', 'credit', 'US', '3-D Secure would fail but is not needed: pays at once', {}],
  ],
  Declined: [
    ['declined', '4000000000000002', 'visa', 'credit', 'US', 'Declined', { decline: DECLINES.generic }],
    ['insufficient-funds', '4000000000009995', 'visa', 'credit', 'US', 'Declined: insufficient funds', { decline: DECLINES.insufficientFunds }],
    ['lost', '4000000000009987', 'visa', 'credit', 'US', 'Declined: lost card', { decline: DECLINES.lost }],
    ['stolen', '4000000000009979', 'visa', 'credit', 'US', 'Declined: stolen card', { decline: DECLINES.stolen }],
    ['expired', '4000000000000069', 'visa', 'credit', 'US', 'Declined: expired card', { decline: DECLINES.expired }],
    ['incorrect-cvc', '4000000000000127', 'visa', 'credit', 'US', 'Declined: incorrect CVC', { decline: DECLINES.incorrectCvc }],
    ['processing-error', '4000000000000119', 'visa', 'credit', 'US', 'Declined: processing error', { decline: DECLINES.processing }],
    ['velocity', '4000000000006975', 'visa', 'credit', 'US', 'Declined: used too often', { decline: DECLINES.velocity }],
    ['charge-declined', '4000000000000341', 'visa', 'credit', 'US', 'Can be saved, but every charge is declined', { decline: DECLINES.generic }],
    ['always-blocked', '4100000000000019', 'visa', 'credit', 'US', 'Blocked by Radar as fraudulent', { decline: DECLINES.fraudulent }],
  ],
  // Radar's default rules: only the card that is "always blocked" is.
  'Risk and checks': [
    ['highest-risk', '4000000000004954', 'visa', 'credit', 'US', 'Pays; risk is highest', {}],
    ['elevated-risk', '4000000000009235', 'visa', 'credit', 'US', 'Pays; risk is elevated', {}],
    ['cvc-check-fails', '4000000000000101', 'visa', 'credit', 'US', 'Pays; the CVC check fails', { checks: { ...PASSING.checks, cvc: 'fail' } }],
    ['postal-check-fails', '4000000000000036', 'visa', 'credit', 'US', 'Pays; the postal code check fails', { checks: { ...PASSING.checks, postalCode: 'fail' } }],
    ['line1-check-fails', '4000000000000028', 'visa', 'credit', 'US', 'Pays; the address check fails', { checks: { ...PASSING.checks, line1: 'fail' } }],
    ['address-checks-fail', '4000000000000010', 'visa', 'credit', 'US', 'Pays; both address checks fail', { checks: { cvc: 'pass', postalCode: 'fail', line1: 'fail' } }],
    ['address-checks-unavailable', '4000000000000044', 'visa', 'credit', 'US', 'Pays; the address checks are unavailable', { checks: { cvc: 'pass', postalCode: 'unavailable', line1: 'unavailable' } }],
  ],
  'After the payment': [
    ['dispute-fraudulent', '4000000000000259', 'visa', 'credit', 'US', 'Pays, then is disputed as fraudulent', { afterwards: 'dispute-fraudulent' }],
    ['dispute-not-received', '4000000000002685', 'visa', 'credit', 'US', 'Pays, then is disputed: not received', { afterwards: 'dispute-not-received' }],
    ['inquiry', '4000000000001976', 'visa', 'credit', 'US', 'Pays, then the bank inquires', { afterwards: 'inquiry' }],
    ['early-fraud-warning', '4000000000005423', 'visa', 'credit', 'US', 'Pays; at Stripe an early fraud warning follows', {}],
    ['refund-pending', '4000000000007726', 'visa', 'credit', 'US', 'Pays; a refund is pending, then succeeds', { refunds: 'pending-then-succeed' }],
    ['refund-fails', '4000000000005126', 'visa', 'credit', 'US', 'Pays; a refund succeeds, then fails', { refunds: 'succeed-then-fail' }],
  ],
};

/** In the order in which the payment page lists them. */
export const CARD_GROUPS = Object.entries(groups).map(([name, rows]) => ({ name, cards: rows.map(toCard) }));
export const TEST_CARDS: readonly TestCard[] = CARD_GROUPS.flatMap(({ cards }) => cards);

function toCard([name, number, brand, funding, country, title, difference]: Row): TestCard {
  return { name, number, brand, funding, country, title, behaviour: { ...PASSING, ...difference } };
}

const byNumber = new Map(TEST_CARDS.map((card) => [card.number, card]));
const byName = new Map(TEST_CARDS.map((card) => [card.name, card]));

export function findTestCard(number: string): TestCard | undefined {
  return byNumber.get(number);
}

export function findTestCardByName(name: string): TestCard | undefined {
  return byName.get(name);
}
