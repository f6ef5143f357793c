import type { openCheckout, RpcRequest } from '@micromall/contracts';
import type { SessionParameters } from './checkout.js';

export type CheckoutRequest = RpcRequest<typeof openCheckout>;

/** Where the shop is, and to where it delivers. */
export interface ShopPlaces {
  readonly SITE_URL: string;
  /** ISO 3166-1 alpha-2. */
  readonly SHIPPING_COUNTRIES: readonly string[];
}

/**
 * What Stripe is asked for. https://docs.stripe.com/api/checkout/sessions/create
 * @param traceId of the "Pay now": Stripe keeps it with the payment, so that what comes of it later belongs to its
 * trace, and its dashboard leads to the logs
 */
export function sessionParameters(
  request: CheckoutRequest,
  customer: string,
  { SITE_URL, SHIPPING_COUNTRIES }: ShopPlaces,
  traceId: string | undefined,
): SessionParameters {
  const { orderId, number, userId, lines, shipping, cancelToken } = request;
  const currency = request.currency.toLowerCase();
  const metadata = { orderId, number, userId, ...(traceId === undefined ? {} : { traceId }) };
  return {
    mode: 'payment',
    allowed_payment_method_types: ['card'],
    customer,
    client_reference_id: orderId,
    metadata,
    payment_intent_data: { metadata },
    line_items: lines.map(({ productId, name, price, quantity }) => ({
      quantity,
      price_data: { currency, unit_amount: price, product_data: { name, metadata: { productId } } },
    })),
    shipping_address_collection: { allowed_countries: [...SHIPPING_COUNTRIES] },
    shipping_options: [
      {
        shipping_rate_data: {
          type: 'fixed_amount',
          display_name: shipping.label,
          fixed_amount: { amount: shipping.amount, currency },
          delivery_estimate: {
            minimum: { unit: 'business_day', value: shipping.minDays },
            maximum: { unit: 'business_day', value: shipping.maxDays },
          },
        },
      },
    ],
    expires_at: Math.floor(Date.parse(request.expiresAt) / 1_000),
    success_url: `${SITE_URL}/success?order=${orderId}&session_id={CHECKOUT_SESSION_ID}`,
    // The token shows that whoever comes back comes from this payment page.
    cancel_url: `${SITE_URL}/cancel?order=${orderId}${cancelToken === undefined ? '' : `&token=${cancelToken}`}`,
  };
}
