import { z } from 'zod';
import type { Cause, Sandbox } from '../context.js';
import { answerAuthentication, type PaymentOutcome, submitPayment } from '../domain/payments.js';
import { samplePayer } from '../domain/prefill.js';
import type { SessionRecord } from '../store/records.js';

const addressLine = z.string().max(500).nullable().default(null);

export const payRequest = z.strictObject({
  session: z.string().min(1),
  /** A test card's number. */
  card: z.string().min(1).max(40),
  expiry: z.string().max(20).default('12/34'),
  cvc: z.string().max(10).optional(),
  email: z.email().optional(),
  name: z.string().min(1).max(200).optional(),
  shipping: z
    .strictObject({
      name: z.string().min(1).max(200),
      address: z.strictObject({
        line1: addressLine,
        line2: addressLine,
        postal_code: addressLine,
        city: addressLine,
        state: addressLine,
        country: addressLine,
      }),
    })
    .optional(),
  /** Index into the session's shipping options. */
  shippingOption: z.int().min(0).max(4).default(0),
  /** The answer to 3-D Secure, if the card asks; without it the outcome is `authentication_required`. */
  authentication: z.enum(['complete', 'fail']).optional(),
});

export type PayRequest = z.output<typeof payRequest>;

/** Pays a session without a browser, through the very functions that the payment page calls. */
export function paySession(
  sandbox: Sandbox,
  session: SessionRecord,
  request: PayRequest,
  cause: Cause,
): PaymentOutcome {
  const sample = samplePayer(sandbox, session);
  const isAmex = /^3[47]/.test(request.card);
  const outcome = submitPayment(
    sandbox,
    session,
    {
      payer: {
        email: request.email ?? sample.email,
        name: request.name ?? sample.name,
        shipping: request.shipping ? { ...request.shipping, phone: null } : sample.shipping,
      },
      card: { number: request.card, expiry: request.expiry, cvc: request.cvc ?? (isAmex ? '1234' : '123') },
      shippingOption: request.shippingOption,
    },
    cause,
  );
  if (outcome.kind !== 'authentication_required' || !request.authentication) return outcome;
  return answerAuthentication(sandbox, outcome.session, request.authentication, cause);
}
