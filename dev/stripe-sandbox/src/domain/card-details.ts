/** What a shopper types about a card. Lives only as long as the request; only `CardFacts` are ever stored. */
export interface CardDetails {
  number: string;
  expiry: string;
  cvc: string;
}

export interface CardFieldProblem {
  field: keyof CardDetails;
  code: string;
  message: string;
}

export interface ReadCard {
  digits: string;
  brand: string;
  expMonth: number;
  expYear: number;
}

const BRANDS: [RegExp, string][] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2[2-7])/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^62/, 'unionpay'],
  [/^6(011|4|5)/, 'discover'],
  [/^3(0|6|8)/, 'diners'],
  [/^35/, 'jcb'],
];

/** The checksum in the last digit of every card number: ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((before, digit, position) => {
    const value = position % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return before + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/**
 * Checks the fields as Stripe's page does before any bank is asked, and names everything wrong at once.
 * @param today decides whether the card has expired
 */
export function readCard(
  details: CardDetails,
  today: Date,
): { ok: true; card: ReadCard } | { ok: false; problems: CardFieldProblem[] } {
  const digits = details.number.replace(/[\s-]/g, '');
  const brand = BRANDS.find(([pattern]) => pattern.test(digits))?.[1] ?? 'unknown';
  const match = /^\s*(\d{1,2})\s*[/\-\s]?\s*(\d{4}|\d{2})\s*$/.exec(details.expiry);
  const expMonth = Number(match?.[1] ?? 0);
  const year = Number(match?.[2] ?? 0);
  const expYear = year < 100 ? 2000 + year : year;
  const problems = [
    numberProblem(digits),
    match ? expiryProblem(expMonth, expYear, today) : INCOMPLETE_EXPIRY,
    cvcProblem(details.cvc.trim(), brand),
  ].flatMap((problem) => problem ?? []);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, card: { digits, brand, expMonth, expYear } };
}

function numberProblem(digits: string): CardFieldProblem | null {
  const field = 'number';
  if (digits === '') return { field, code: 'incomplete_number', message: 'Enter the card number.' };
  if (!/^\d{12,19}$/.test(digits)) {
    return { field, code: 'invalid_number', message: 'Your card number is incomplete or not a number.' };
  }
  if (passesLuhn(digits)) return null;
  return { field, code: 'incorrect_number', message: 'Your card number is invalid.' };
}

const INCOMPLETE_EXPIRY: CardFieldProblem = {
  field: 'expiry',
  code: 'incomplete_expiry',
  message: "Enter your card's expiry as month and year, for example 12 / 34.",
};

function expiryProblem(month: number, year: number, today: Date): CardFieldProblem | null {
  const field = 'expiry';
  if (month < 1 || month > 12) {
    const message = "Your card's expiration month is invalid: it must be 01 to 12.";
    return { field, code: 'invalid_expiry_month', message };
  }
  const code = 'invalid_expiry_year';
  const currentYear = today.getFullYear();
  if (year < currentYear || (year === currentYear && month < today.getMonth() + 1)) {
    return { field, code, message: "Your card's expiration date is in the past." };
  }
  if (year <= currentYear + 50) return null;
  return { field, code, message: "Your card's expiration year is invalid." };
}

function cvcProblem(cvc: string, brand: string): CardFieldProblem | null {
  const length = brand === 'amex' ? 4 : 3;
  if (/^\d+$/.test(cvc) && cvc.length === length) return null;
  const message = `Your card's security code is incomplete: it has ${length} digits.`;
  return { field: 'cvc', code: 'invalid_cvc', message };
}
