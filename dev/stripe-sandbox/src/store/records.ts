/**
 * The facts that the stand-in stores; `domain/` makes Stripe's objects of them.
 * Times are whole seconds since 1970 and amounts are integers in minor units, as in Stripe's API.
 */

export interface StoredRecord {
  id: string;
  /** Grows with every record made, so that "newest first" is exact within one second too. */
  sequence: number;
  created: number;
}

export type Metadata = Record<string, string>;

export interface AddressRecord {
  line1: string | null;
  line2: string | null;
  postal_code: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
}

export interface ShippingRecord {
  name: string;
  phone: string | null;
  address: AddressRecord;
}

export interface CustomerRecord extends StoredRecord {
  email: string | null;
  metadata: Metadata;
}

export interface LineRecord {
  id: string;
  priceId: string;
  product: { id: string; name: string; metadata: Metadata };
  unitAmount: number;
  quantity: number;
}

interface DeliveryBound {
  unit: string;
  value: number;
}

export interface ShippingOptionRecord {
  id: string;
  displayName: string;
  amount: number;
  minimum: DeliveryBound | null;
  maximum: DeliveryBound | null;
}

/** What the shopper typed apart from the card. */
export interface PayerRecord {
  email: string;
  name: string;
  shipping: ShippingRecord | null;
}

export interface SessionRecord extends StoredRecord {
  expiresAt: number;
  status: 'open' | 'complete' | 'expired';
  currency: string;
  lines: LineRecord[];
  /** None or one. */
  shippingOptions: ShippingOptionRecord[];
  shippingCountries: string[] | null;
  customer: string | null;
  successUrl: string;
  cancelUrl: string | null;
  clientReferenceId: string | null;
  phoneNumberCollection: boolean;
  allowedPaymentMethodTypes: string[] | null;
  metadata: Metadata;
  paymentIntentMetadata: Metadata;
  paymentIntent: string | null;
  payer: PayerRecord | null;
  /** A 3-D Secure question that waits for its answer; `card` is a name in the table of test cards. */
  authentication: { card: string; expMonth: number; expYear: number } | null;
}

/** All that is ever stored of a card. */
export interface CardFacts {
  /** The card's name in the table of test cards, or null for a number that is not in it. */
  testCard: string | null;
  brand: string;
  last4: string;
  funding: string;
  country: string;
  expMonth: number;
  expYear: number;
  paymentMethod: string;
}

export interface PaymentErrorRecord {
  code: string;
  declineCode: string | null;
  message: string;
  charge: string | null;
}

export interface PaymentIntentRecord extends StoredRecord {
  session: string;
  amount: number;
  currency: string;
  customer: string | null;
  metadata: Metadata;
  shipping: ShippingRecord | null;
  status: 'requires_payment_method' | 'requires_action' | 'succeeded' | 'canceled';
  canceledAt: number | null;
  charges: string[];
  lastError: PaymentErrorRecord | null;
  paymentMethod: string | null;
  clientSecret: string;
}

export interface ChargeRecord extends StoredRecord {
  paymentIntent: string;
  amount: number;
  currency: string;
  customer: string | null;
  metadata: Metadata;
  shipping: ShippingRecord | null;
  billingEmail: string;
  billingName: string;
  card: CardFacts;
  authenticated: boolean;
  status: 'succeeded' | 'failed';
  failure: { code: string; declineCode: string | null; message: string } | null;
  amountRefunded: number;
  refunds: string[];
  dispute: string | null;
  balanceTransaction: string | null;
}

export interface RefundRecord extends StoredRecord {
  charge: string;
  paymentIntent: string;
  customer: string | null;
  amount: number;
  currency: string;
  reason: string | null;
  metadata: Metadata;
  status: 'pending' | 'succeeded' | 'failed';
  failureReason: string | null;
  balanceTransaction: string;
  /** Milliseconds since 1970 at which a refund that is not settled yet changes its status; null when final. */
  settlesAt: number | null;
}

export interface DisputeRecord extends StoredRecord {
  charge: string;
  paymentIntent: string;
  amount: number;
  currency: string;
  reason: string;
  status: string;
  refundable: boolean;
  brand: string;
  evidenceText: string | null;
}

export interface EndpointRecord extends StoredRecord {
  url: string;
  secret: string;
  enabledEvents: string[];
  status: 'enabled' | 'disabled';
  apiVersion: string | null;
}

export interface DeliveryTry {
  /** Milliseconds since 1970. */
  at: number;
  durationMs: number;
  /** The endpoint's HTTP status, or null when there was no answer. */
  status: number | null;
  error: string | null;
}

export interface DeliveryRecord {
  endpoint: string;
  state: 'pending' | 'delivered' | 'failed';
  /** Milliseconds since 1970; meaningful while the state is pending. */
  nextTryAt: number;
  /** Rounds that failed; decides how long to wait before the next. */
  failures: number;
  tries: DeliveryTry[];
}

export interface EventRecord extends StoredRecord {
  type: string;
  request: { id: string; idempotencyKey: string | null } | null;
  /** The id of the object that the event is about, for the dashboard. */
  about: string;
  deliveries: DeliveryRecord[];
}

export interface IdempotencyRecord {
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  /** Milliseconds since 1970. */
  savedAt: number;
}
