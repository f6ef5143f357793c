import type { Sandbox } from '../context.js';
import type {
  DeliveryBound,
  LineRecord,
  Metadata,
  ProductRecord,
  SessionRecord,
  ShippingOptionRecord,
} from '../store/records.js';
import { nowInSeconds } from './clock.js';
import { newIdentifier } from './identifiers.js';

/** Amounts are integers in minor units of the session's currency. */
export interface SessionRequest {
  currency: string;
  lines: {
    product: Omit<ProductRecord, 'id'>;
    unitAmount: number;
    quantity: number;
    taxBehavior: string;
    metadata: Metadata;
  }[];
  shippingOptions: {
    displayName: string;
    amount: number;
    minimum: DeliveryBound | null;
    maximum: DeliveryBound | null;
    taxBehavior: string;
    taxCode: string | null;
    metadata: Metadata;
  }[];
  /** Seconds since 1970; undefined means a day from now. */
  expiresAt: number | undefined;
  facts: Pick<
    SessionRecord,
    | 'shippingCountries'
    | 'customer'
    | 'customerEmail'
    | 'customerCreation'
    | 'successUrl'
    | 'cancelUrl'
    | 'clientReferenceId'
    | 'merchantName'
    | 'locale'
    | 'submitType'
    | 'allowPromotionCodes'
    | 'billingAddressCollection'
    | 'phoneNumberCollection'
    | 'allowedPaymentMethodTypes'
    | 'excludedPaymentMethodTypes'
    | 'metadata'
    | 'paymentIntentDescription'
    | 'paymentIntentMetadata'
    | 'paymentIntentReceiptEmail'
    | 'statementDescriptor'
    | 'statementDescriptorSuffix'
  >;
}

/** https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at */
export const SHORTEST_LIFE_SECONDS = 30 * 60;
export const LONGEST_LIFE_SECONDS = 24 * 60 * 60;

/** Opens a session whose request has been found valid. */
export function createSession(sandbox: Sandbox, request: SessionRequest): SessionRecord {
  const created = nowInSeconds();
  const session: SessionRecord = {
    ...request.facts,
    id: newIdentifier('cs_test_'),
    sequence: sandbox.store.nextSequence(),
    created,
    expiresAt: request.expiresAt ?? created + LONGEST_LIFE_SECONDS,
    status: 'open',
    paymentStatus: 'unpaid',
    currency: request.currency,
    lines: request.lines.map(toLine),
    shippingOptions: request.shippingOptions.map(toShippingOption),
    chosenShipping: 0,
    paymentIntent: null,
    payer: null,
    authentication: null,
  };
  sandbox.store.sessions.put(session);
  return session;
}

function toLine({ product, ...line }: SessionRequest['lines'][number]): LineRecord {
  return {
    ...line,
    id: newIdentifier('li_'),
    priceId: newIdentifier('price_'),
    product: { ...product, id: newIdentifier('prod_') },
  };
}

function toShippingOption(option: SessionRequest['shippingOptions'][number]): ShippingOptionRecord {
  return { ...option, id: newIdentifier('shr_') };
}
