const formats = new Map<string, Intl.NumberFormat>();

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known) return known;
  const made = new Intl.NumberFormat('en-SG', { style: 'currency', currency });
  formats.set(currency, made);
  return made;
}

/** How many decimals a currency has: 2 for SGD, 0 for JPY. */
export function decimalsOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * Money as people write it, such as `$18.50`.
 * @param amount integer, minor units
 */
export function formatMoney(amount: number, currency: string): string {
  return formatOf(currency).format(amount / 10 ** decimalsOf(currency));
}

/**
 * Reads a price that a person typed, such as `18.50`, digit by digit: no floating point is involved.
 * @returns minor units, or undefined if the text is not a price in this currency
 */
export function parsePrice(text: string, currency: string): number | undefined {
  const decimals = decimalsOf(currency);
  const match = /^(\d{1,10})(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '', fraction = ''] = match;
  if (fraction.length > decimals) return undefined;
  return Number.parseInt(whole + fraction.padEnd(decimals, '0'), 10);
}
