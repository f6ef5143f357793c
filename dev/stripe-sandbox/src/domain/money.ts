/**
 * The smallest total Stripe charges, in minor units, where it is not 50.
 * Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const MINIMUM_CHARGE: Record<string, number> = {
  czk: 1500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  mxn: 1000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1000,
};

/** The largest total, in minor units: eight digits. */
export const MAXIMUM_CHARGE = 99_999_999;

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** Minor units. */
export function minimumCharge(currency: string): number {
  return MINIMUM_CHARGE[currency] ?? 50;
}

/** English names the Singapore dollar by its code; people in Singapore, and Stripe's page, write S$. */
const SYMBOLS: Record<string, string> = { SGD: 'S$' };

/** `formatMoney(1234, 'sgd')` is "S$ 12.34"; the number of decimals is the currency's own. */
export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format
    .formatToParts(amount / 10 ** decimals)
    .map(({ type, value }) => (type === 'currency' ? (SYMBOLS[value] ?? value) : value))
    .join('');
}
