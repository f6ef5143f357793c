/**
 * What Stripe takes at least for one payment, in minor units, by ISO 4217 code.
 * Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const leastCharges: Readonly<Record<string, number>> = {
  AUD: 50,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1_500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1_000,
  USD: 50,
};

/** The commonest least charge, for currencies that Stripe's table does not name. */
const usualLeastCharge = 50;

/** The most that Stripe takes for one payment: eight digits of minor units. */
export const mostCharge = 99_999_999;

/** The least that Stripe takes for one payment in this currency (ISO 4217), in minor units. */
export function leastCharge(currency: string): number {
  return leastCharges[currency] ?? usualLeastCharge;
}

/** Whether Stripe takes a payment of this amount (minor units) in this currency. */
export function isChargeable(amount: number, currency: string): boolean {
  return amount >= leastCharge(currency) && amount <= mostCharge;
}
