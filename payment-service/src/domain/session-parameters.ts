import type { openCheckout, RpcRequest } from '@micromall/contracts';
import type { Config } from '../config.js';
import type { SessionParameters } from './checkout.js';
import { purchaseTrace } from './purchase-trace.js';

export type CheckoutRequest = RpcRequest<typeof openCheckout>;

/** What Stripe is asked for. https://docs.stripe.com/api/checkout/sessions/create */
export function sessionParameters(
  request: CheckoutRequest,
  customer: string,
  { SITE_URL, SHIPPING_COUNTRIES }: Pick<Config, 'SITE_URL' | 'SHIPPING_COUNTRIES'>,
): SessionParameters {
  const { orderId, number, userId, lines, shipping } = request;
  const currency = request.currency.toLowerCase();
  const metadata = { orderId, number, userId, ...purchaseTrace() };
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
    shipping_address_collection: { allowed_countries: SHIPPING_COUNTRIES },
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
    cancel_url: `${SITE_URL}/cancel?order=${orderId}`,
  };
}
