import { z } from 'zod';
import type { CardDetails } from '../domain/card-details.js';
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
  shippingOption: field,
  shownTotal: field,
});

export type PostedForm = z.output<typeof postedForm>;

export type FieldErrors = Partial<Record<keyof PostedForm, string>>;

export function readPostedForm(body: unknown): PostedForm {
  return postedForm.parse(typeof body === 'object' && body !== null ? body : {});
}

export interface ReadForm {
  payer: PayerRecord;
  card: CardDetails;
  shippingOption: number;
  errors: FieldErrors;
}

/** Everything but the card is checked here; the card is checked by the payment itself. */
export function interpretForm(form: PostedForm, session: SessionRecord, fixedEmail: string | null): ReadForm {
  const email = fixedEmail ?? form.email;
  const option = Number.parseInt(form.shippingOption || '0', 10);
  const errors: FieldErrors = {
    ...(!z.email().safeParse(email).success && {
      email: 'Enter an e-mail address, for example you@example.com.',
    }),
    ...(form.cardholderName === '' && { cardholderName: 'Enter the name on the card.' }),
    ...(session.shippingCountries && shippingErrors(form, session.shippingCountries)),
    ...(isWrongOption(option, session) && { shippingOption: 'Choose one of the shipping methods.' }),
  };
  return {
    payer: {
      email,
      name: form.cardholderName,
      shipping: session.shippingCountries && {
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
    shippingOption: isWrongOption(option, session) ? session.chosenShipping : option,
    errors,
  };
}

function isWrongOption(option: number, session: SessionRecord): boolean {
  return session.shippingOptions.length > 0 && session.shippingOptions[option] === undefined;
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
