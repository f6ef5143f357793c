/** What a shopper types about a card. Lives only as long as the request; only `CardFacts` are ever kept. */
export interface CardDetails {
  number: string;
  expiry: string;
  cvc: string;
}

export type CardField = 'number' | 'expiry' | 'cvc';

export interface CardFieldProblem {
  field: CardField;
  code: string;
  message: string;
}

export interface ReadCard {
  digits: string;
  brand: string;
  expMonth: number;
  expYear: number;
}

export type CardReading = { ok: true; card: ReadCard } | { ok: false; problems: CardFieldProblem[] };

const BRANDS: [RegExp, string][] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2[2-7])/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^62/, 'unionpay'],
  [/^6(011|4|5)/, 'discover'],
  [/^3(0|6|8)/, 'diners'],
  [/^35/, 'jcb'],
];

export function brandOf(digits: string): string {
  return BRANDS.find(([pattern]) => pattern.test(digits))?.[1] ?? 'unknown';
}

/** The checksum in the last digit of every card number: ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    const digit = Number(digits[digits.length - 1 - position]);
    const doubled = position % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/**
 * Checks the fields as Stripe's page does before any bank is asked, and names everything wrong at once.
 * @param today decides whether the card has expired
 */
export function readCard(details: CardDetails, today: Date): CardReading {
  const digits = details.number.replace(/[\s-]/g, '');
  const brand = brandOf(digits);
  const expiry = readExpiry(details.expiry, today);
  const problems = [numberProblem(digits), expiry.problem, cvcProblem(details.cvc.trim(), brand)].flatMap(
    (problem) => problem ?? [],
  );
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, card: { digits, brand, expMonth: expiry.month, expYear: expiry.year } };
}

function numberProblem(digits: string): CardFieldProblem | null {
  if (digits === '') return { field: 'number', code: 'incomplete_number', message: 'Enter the card number.' };
  if (!/^\d{12,19}$/.test(digits)) {
    return {
      field: 'number',
      code: 'invalid_number',
      message: 'Your card number is incomplete or not a number.',
    };
  }
  if (!passesLuhn(digits)) {
    return { field: 'number', code: 'incorrect_number', message: 'Your card number is invalid.' };
  }
  return null;
}

function readExpiry(
  text: string,
  today: Date,
): { month: number; year: number; problem: CardFieldProblem | null } {
  const match = /^\s*(\d{1,2})\s*[/\-\s]?\s*(\d{4}|\d{2})\s*$/.exec(text);
  const month = Number(match?.[1] ?? 0);
  const typedYear = Number(match?.[2] ?? 0);
  const year = typedYear < 100 ? 2000 + typedYear : typedYear;
  const problem = match ? expiryProblem(month, year, today) : INCOMPLETE_EXPIRY;
  return { month, year, problem };
}

const INCOMPLETE_EXPIRY: CardFieldProblem = {
  field: 'expiry',
  code: 'incomplete_expiry',
  message: "Enter your card's expiry as month and year, for example 12 / 34.",
};

function expiryProblem(month: number, year: number, today: Date): CardFieldProblem | null {
  if (month < 1 || month > 12) {
    return {
      field: 'expiry',
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid: it must be 01 to 12.",
    };
  }
  const currentYear = today.getFullYear();
  const isPast = year < currentYear || (year === currentYear && month < today.getMonth() + 1);
  if (isPast) {
    return {
      field: 'expiry',
      code: 'invalid_expiry_year',
      message: "Your card's expiration date is in the past.",
    };
  }
  if (year > currentYear + 50) {
    return {
      field: 'expiry',
      code: 'invalid_expiry_year',
      message: "Your card's expiration year is invalid.",
    };
  }
  return null;
}

function cvcProblem(cvc: string, brand: string): CardFieldProblem | null {
  const length = brand === 'amex' ? 4 : 3;
  if (new RegExp(`^\\d{${length}}$`).test(cvc)) return null;
  return {
    field: 'cvc',
    code: 'invalid_cvc',
    message: `Your card's security code is incomplete: it has ${length} digits.`,
  };
}
