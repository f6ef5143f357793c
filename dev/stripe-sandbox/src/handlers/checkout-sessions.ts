import { z } from 'zod';
import type { Sandbox } from '../context.js';
import { nowInSeconds } from '../domain/clock.js';
import { newIdentifier } from '../domain/identifiers.js';
import { formatMoney, MAXIMUM_CHARGE, minimumCharge } from '../domain/money.js';
import { expireSession, findSession, toSession, totalsOf } from '../domain/sessions.js';
import type { LineRecord, SessionRecord, ShippingOptionRecord } from '../store/records.js';
import { pageOf, pageParameters } from './lists.js';
import { toCurrentSession } from './objects.js';
import { boolean, currency, integer, metadata, switchedOff, text, webAddress } from './parameters.js';
import { impossible, invalidRequest, noSuch, noSuchParameter, type Refusal } from './refusals.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/checkout/sessions';
/** https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at */
const SHORTEST_LIFE_SECONDS = 30 * 60;
const LONGEST_LIFE_SECONDS = 24 * 60 * 60;

const lineItem = z.strictObject({
  price_data: z.strictObject({
    currency: currency(),
    unit_amount: integer(0, MAXIMUM_CHARGE),
    product_data: z.strictObject({ name: text(1_500), metadata: metadata() }),
  }),
  quantity: integer(1, 999_999),
});

const businessDays = z.strictObject({ unit: z.literal('business_day'), value: integer(1, 10_000) });

const shippingOption = z.strictObject({
  shipping_rate_data: z.strictObject({
    display_name: text(100),
    type: z.literal('fixed_amount').optional(),
    fixed_amount: z.strictObject({ amount: integer(0, MAXIMUM_CHARGE), currency: currency() }),
    delivery_estimate: z.strictObject({ minimum: businessDays, maximum: businessDays }).optional(),
  }),
});

/** The parameters of https://docs.stripe.com/api/checkout/sessions/create that the stand-in understands. */
const createParameters = z.strictObject({
  mode: z.literal('payment').default('payment'),
  success_url: webAddress(),
  cancel_url: webAddress().optional(),
  line_items: z.array(lineItem).min(1).max(100),
  customer: text().optional(),
  client_reference_id: text(200).optional(),
  metadata: metadata(),
  payment_intent_data: z.strictObject({ metadata: metadata() }).optional(),
  allowed_payment_method_types: z.array(text(50)).max(50).optional(),
  shipping_address_collection: z
    .strictObject({
      allowed_countries: z.array(z.string().regex(/^[A-Z]{2}$/, 'must be a country code')).min(1),
    })
    .optional(),
  shipping_options: z.array(shippingOption).max(1).default([]),
  phone_number_collection: z.strictObject({ enabled: boolean() }).optional(),
  expires_at: integer(0, 99_999_999_999).optional(),
  automatic_tax: switchedOff().optional(),
  adaptive_pricing: switchedOff().optional(),
});

type Parameters = z.output<typeof createParameters>;

const create = defineRoute({ method: 'post', path: ADDRESS }, createParameters, (sandbox, parameters) => {
  const session = newSession(sandbox, parameters);
  const refused =
    checkCustomer(sandbox, session) ??
    checkLife(session) ??
    checkCurrencies(parameters, session.currency) ??
    checkTotal(session);
  if (refused) return refused;
  sandbox.store.sessions.put(session);
  return toSession(session, sandbox);
});

function newSession({ store }: Sandbox, parameters: Parameters): SessionRecord {
  const created = nowInSeconds();
  return {
    id: newIdentifier('cs_test_'),
    sequence: store.nextSequence(),
    created,
    expiresAt: parameters.expires_at ?? created + LONGEST_LIFE_SECONDS,
    status: 'open',
    currency: parameters.line_items[0]?.price_data.currency ?? '',
    lines: parameters.line_items.map(toLine),
    shippingOptions: parameters.shipping_options.map(toShippingOption),
    shippingCountries: parameters.shipping_address_collection?.allowed_countries ?? null,
    customer: parameters.customer ?? null,
    successUrl: parameters.success_url,
    cancelUrl: parameters.cancel_url ?? null,
    clientReferenceId: parameters.client_reference_id ?? null,
    phoneNumberCollection: parameters.phone_number_collection?.enabled ?? false,
    allowedPaymentMethodTypes: parameters.allowed_payment_method_types ?? null,
    metadata: parameters.metadata,
    paymentIntentMetadata: parameters.payment_intent_data?.metadata ?? {},
    paymentIntent: null,
    payer: null,
    authentication: null,
  };
}

function toLine({ price_data: price, quantity }: Parameters['line_items'][number]): LineRecord {
  return {
    id: newIdentifier('li_'),
    priceId: newIdentifier('price_'),
    product: { id: newIdentifier('prod_'), ...price.product_data },
    unitAmount: price.unit_amount,
    quantity,
  };
}

function toShippingOption({
  shipping_rate_data: rate,
}: Parameters['shipping_options'][number]): ShippingOptionRecord {
  return {
    id: newIdentifier('shr_'),
    displayName: rate.display_name,
    amount: rate.fixed_amount.amount,
    minimum: rate.delivery_estimate?.minimum ?? null,
    maximum: rate.delivery_estimate?.maximum ?? null,
  };
}

function checkCustomer({ store }: Sandbox, { customer }: SessionRecord): Refusal | null {
  if (customer === null || store.customers.get(customer)) return null;
  return noSuchParameter('customer', customer, 'customer');
}

function checkLife({ created, expiresAt }: SessionRecord): Refusal | null {
  const life = expiresAt - created;
  if (life >= SHORTEST_LIFE_SECONDS && life <= LONGEST_LIFE_SECONDS) return null;
  const bound = life < SHORTEST_LIFE_SECONDS ? 'at least 30 minutes' : 'less than 24 hours';
  return invalidRequest(`The \`expires_at\` timestamp must be ${bound} from Checkout Session creation.`, {
    param: 'expires_at',
  });
}

function checkCurrencies({ line_items, shipping_options }: Parameters, currency: string): Refusal | null {
  const prices = [
    ...line_items.map((item, at) => [`line_items[${at}][price_data]`, item.price_data.currency]),
    ...shipping_options.map(({ shipping_rate_data: rate }, at) => [
      `shipping_options[${at}][shipping_rate_data][fixed_amount]`,
      rate.fixed_amount.currency,
    ]),
  ];
  const other = prices.find(([, given]) => given !== currency);
  if (!other) return null;
  return invalidRequest(
    `All prices of a Checkout Session must have the same currency; this one must be ${currency}.`,
    { param: `${other[0]}[currency]` },
  );
}

function checkTotal(session: SessionRecord): Refusal | null {
  const { currency } = session;
  const { total } = totalsOf(session);
  const minimum = minimumCharge(currency);
  if (total < minimum) {
    return invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${formatMoney(minimum, currency)}.`,
      { code: 'amount_too_small' },
    );
  }
  if (total <= MAXIMUM_CHARGE) return null;
  return invalidRequest(
    `The Checkout Session's total amount must be no more than ${formatMoney(MAXIMUM_CHARGE, currency)}.`,
    { code: 'amount_too_large' },
  );
}

const list = defineRoute({ method: 'get', path: ADDRESS }, z.strictObject(pageParameters), (sandbox, page) =>
  pageOf(sandbox, ADDRESS, sandbox.store.sessions.newestFirst(), page, toCurrentSession),
);

const expire = defineRoute(
  { method: 'post', path: `${ADDRESS}/:id/expire` },
  z.strictObject({}),
  (sandbox, _, id) => {
    const session = findSession(sandbox, id);
    if (!session) return noSuch('checkout.session', id, 'session');
    if (session.status !== 'open') {
      return impossible(
        'Only Checkout Sessions with a status in ["open"] can be expired. ' +
          `This Checkout Session has a status of ${session.status}.`,
      );
    }
    return toSession(expireSession(sandbox, session), sandbox);
  },
);

export const checkoutSessionRoutes = [create, list, expire];
