/**
 * The smallest total Stripe charges, in minor units of each currency.
 * Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const MINIMUM_CHARGE: Record<string, number> = {
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

/** The largest total, in minor units: eight digits. */
export const MAXIMUM_CHARGE = 99_999_999;

const KNOWN_CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function isCurrency(code: string): boolean {
  return KNOWN_CURRENCIES.has(code);
}

/** Minor units. Currencies that Stripe's page doesn't list are held to the commonest minimum, 50. */
export function minimumCharge(currency: string): number {
  return MINIMUM_CHARGE[currency] ?? 50;
}

interface MoneyFormat {
  format: Intl.NumberFormat;
  exponent: number;
}

const formats = new Map<string, MoneyFormat>();

function formatFor(currency: string): MoneyFormat {
  const known = formats.get(currency);
  if (known) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });
  const made = { format, exponent: format.resolvedOptions().maximumFractionDigits ?? 2 };
  formats.set(currency, made);
  return made;
}

/** English names the Singapore dollar by its code; people in Singapore, and Stripe's page, write S$. */
const SYMBOLS: Record<string, string> = { SGD: 'S$' };

/** `formatMoney(1234, 'sgd')` is "S$ 12.34"; the number of decimals is the currency's own. */
export function formatMoney(amount: number, currency: string): string {
  const { format, exponent } = formatFor(currency);
  return format
    .formatToParts(amount / 10 ** exponent)
    .map((part) => (part.type === 'currency' ? (SYMBOLS[part.value] ?? part.value) : part.value))
    .join('');
}
