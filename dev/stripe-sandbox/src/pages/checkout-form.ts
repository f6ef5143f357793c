import { z } from 'zod';
import type { CardDetails, CardFieldProblem } from '../domain/card-details.js';
import type { PayerRecord, SessionRecord } from '../store/records.js';

/** Browsers send every field of the form; what is missing counts as empty. */
const field = z
  .string()
  .max(500)
  .catch('')
  .transform((value) => value.trim());

const postedForm = z.object({
  email: field,
  cardNumber: field,
  cardExpiry: field,
  cardCvc: field,
  cardholderName: field,
  shippingName: field,
  shippingLine1: field,
  shippingPostalCode: field,
  shippingCity: field,
  shippingCountry: field,
});

type PostedForm = z.output<typeof postedForm>;

/** What is wrong, by the name of the field. */
export type FieldErrors = Partial<Record<keyof PostedForm, string>>;

interface ReadForm {
  payer: PayerRecord;
  card: CardDetails;
  errors: FieldErrors;
}

/** Everything but the card is checked here; the card is checked by the payment itself. */
export function readForm(
  body: unknown,
  { shippingCountries: countries }: SessionRecord,
  fixedEmail: string | null,
): ReadForm {
  const form = postedForm.parse(body ?? {});
  const email = fixedEmail ?? form.email;
  const errors: FieldErrors = {
    ...(!z.email().safeParse(email).success && {
      email: 'Enter an e-mail address, for example you@example.com.',
    }),
    ...(form.cardholderName === '' && { cardholderName: 'Enter the name on the card.' }),
    ...(countries && shippingErrors(form, countries)),
  };
  return {
    payer: {
      email,
      name: form.cardholderName,
      shipping: countries && {
        name: form.shippingName,
        phone: null,
        address: {
          line1: form.shippingLine1,
          line2: null,
          postal_code: form.shippingPostalCode,
          city: form.shippingCity,
          state: null,
          country: form.shippingCountry,
        },
      },
    },
    card: { number: form.cardNumber, expiry: form.cardExpiry, cvc: form.cardCvc },
    errors,
  };
}

function shippingErrors(form: PostedForm, countries: readonly string[]): FieldErrors {
  return {
    ...(form.shippingName === '' && {
      shippingName: 'Enter the name of the person who receives the parcel.',
    }),
    ...(form.shippingLine1 === '' && { shippingLine1: 'Enter the street and house number.' }),
    ...(form.shippingPostalCode === '' && { shippingPostalCode: 'Enter the postal code.' }),
    ...(form.shippingCity === '' && { shippingCity: 'Enter the city.' }),
    ...(!countries.includes(form.shippingCountry) && {
      shippingCountry: 'Choose one of the countries in the list.',
    }),
  };
}

const CARD_FIELDS = { number: 'cardNumber', expiry: 'cardExpiry', cvc: 'cardCvc' } as const;

export function cardErrors(problems: readonly CardFieldProblem[]): FieldErrors {
  return Object.fromEntries(problems.map(({ field: name, message }) => [CARD_FIELDS[name], message]));
}
