import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { eventually, ORDER, pay, SECRET, startReceiver, startSandbox } from './support.js';

/**
 * The names of all attributes, object by object: those of Stripe's own sample objects (August 2026). Where the
 * types of the SDK 23.1 are newer they win: `allowed_payment_method_types` (session, payment intent),
 * `payment_record` (payment intent), `tax_details` (product) and `intended_submission_method` (dispute) are required
 * there and absent from the samples. `refunds` of a charge is in the sample, and absent here as in the API since
 * 2022-11-15.
 */
const ATTRIBUTES: Record<string, string> = {
  'checkout.session': `
    adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types amount_subtotal
    amount_total automatic_tax billing_address_collection cancel_url client_reference_id client_secret
    collected_information consent consent_collection created currency currency_conversion custom_fields
    custom_text customer customer_account customer_creation customer_details customer_email discounts
    expires_at id integration_identifier invoice invoice_creation livemode locale managed_payments
    metadata mode object origin_context payment_intent payment_link payment_method_collection
    payment_method_configuration_details payment_method_options payment_method_types payment_status
    permissions phone_number_collection recovered_from saved_payment_method_options setup_intent
    shipping_address_collection shipping_cost shipping_options status submit_type subscription
    success_url total_details ui_mode url wallet_options`,
  payment_intent: `
    allowed_payment_method_types amount amount_capturable amount_details amount_received application
    application_fee_amount automatic_payment_methods canceled_at cancellation_reason capture_method
    client_secret confirmation_method created currency customer customer_account description
    excluded_payment_method_types id last_payment_error latest_charge livemode managed_payments metadata
    next_action object on_behalf_of payment_method payment_method_configuration_details
    payment_method_options payment_method_types payment_record processing receipt_email review
    setup_future_usage shipping source statement_descriptor statement_descriptor_suffix status
    transfer_data transfer_group`,
  charge: `
    amount amount_captured amount_refunded application application_fee application_fee_amount
    balance_transaction billing_details calculated_statement_descriptor captured created currency
    customer description disputed failure_balance_transaction failure_code failure_message fraud_details
    id livemode metadata object on_behalf_of outcome paid payment_intent payment_method
    payment_method_details receipt_email receipt_number receipt_url refunded review shipping source
    source_transfer statement_descriptor statement_descriptor_suffix status transfer_data transfer_group`,
  item: `
    adjustable_quantity amount_discount amount_subtotal amount_tax amount_total currency description id
    metadata object price quantity`,
  price: `
    active billing_scheme created currency custom_unit_amount id livemode lookup_key metadata nickname
    object product recurring tax_behavior tiers_mode transform_quantity type unit_amount
    unit_amount_decimal`,
  product: `
    active created default_price description id images livemode marketing_features metadata name object
    package_dimensions shippable statement_descriptor tax_code tax_details type unit_label updated url`,
  customer: `
    address balance created currency default_source delinquent description discount email id
    invoice_prefix invoice_settings livemode metadata name next_invoice_sequence object phone
    preferred_locales shipping tax_exempt test_clock`,
  refund: `
    amount balance_transaction charge created currency customer customer_account destination_details id
    metadata object payment_intent payment_method reason receipt_number source_transfer_reversal status
    transfer_reversal`,
  webhook_endpoint: `
    api_version application created description enabled_events id livemode metadata object status url`,
  event: `
    api_version created data id livemode object pending_webhooks request type`,
  dispute: `
    amount balance_transactions charge created currency enhanced_eligibility_types evidence
    evidence_details id intended_submission_method is_charge_refundable livemode metadata object
    payment_intent payment_method_details reason status`,
};

function namesOf(object: object): string[] {
  return Object.keys(object)
    .filter((name) => name !== 'lastResponse')
    .sort();
}

test('every object has exactly the attributes of Stripe', async () => {
  const sandbox = await startSandbox();
  const { stripe } = sandbox;
  const customer = await stripe.customers.create({ email: 'a@x.io' });
  const session = await stripe.checkout.sessions.create({ ...ORDER, customer: customer.id });
  await pay(sandbox, session.id, '4000000000001976');
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['line_items.data.price.product', 'payment_intent.latest_charge'],
  });
  const intent = paid.payment_intent as Stripe.PaymentIntent;
  const charge = intent.latest_charge as Stripe.Charge;
  const [item] = paid.line_items!.data;
  const refund = await stripe.refunds.create({ payment_intent: intent.id });
  await stripe.webhookEndpoints.create({
    url: 'http://localhost:1/',
    enabled_events: ['*'],
  });
  const objects: Record<string, object> = {
    'checkout.session': session,
    payment_intent: intent,
    charge,
    item: item!,
    price: item!.price!,
    product: item!.price!.product as Stripe.Product,
    customer,
    refund,
    webhook_endpoint: (await stripe.webhookEndpoints.list()).data[0]!,
    event: (await stripe.events.list({ limit: 1 })).data[0]!,
    dispute: (await stripe.disputes.list()).data[0]!,
  };
  const names = Object.fromEntries(Object.entries(objects).map(([kind, object]) => [kind, namesOf(object)]));
  const expected = Object.entries(ATTRIBUTES).map(([kind, list]) => [kind, list.trim().split(/\s+/)]);
  expect(names).toEqual(Object.fromEntries(expected));
  for (const [kind, object] of Object.entries(objects)) expect(object).toMatchObject({ object: kind });
});

test('the decimal of a price is text on the wire, and the SDK makes a Decimal of it', async () => {
  const sandbox = await startSandbox();
  const session = await sandbox.stripe.checkout.sessions.create(ORDER);
  const path = `/v1/checkout/sessions/${session.id}`;
  const response = await fetch(`http://127.0.0.1:${sandbox.port}${path}?expand[]=line_items`, {
    headers: { authorization: 'Bearer sk_test_x' },
  });
  const wire = (await response.json()) as {
    line_items: { data: { price: { unit_amount_decimal: unknown } }[] };
  };
  expect(wire.line_items.data[0]?.price.unit_amount_decimal).toBe('1999');
  const expanded = await sandbox.stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
  expect(expanded.line_items?.data[0]?.price?.unit_amount_decimal?.toString()).toBe('1999');
});

test('an event shows the object as it was then, and says what has changed', async () => {
  const receiver = await startReceiver();
  const sandbox = await startSandbox({ WEBHOOK_ENDPOINT_URL: receiver.url, STRIPE_WEBHOOK_SECRET: SECRET });
  const { stripe } = sandbox;
  const session = await stripe.checkout.sessions.create(ORDER);
  const { payment_intent } = await pay(sandbox, session.id);
  await stripe.refunds.create({ payment_intent: String(payment_intent), amount: 498, reason: 'duplicate' });
  await eventually('all events arrive', () => receiver.events.length === 7);
  const find = <T extends Stripe.Event['type']>(type: T) =>
    receiver.events.find((event): event is Extract<Stripe.Event, { type: T }> => event.type === type)!;
  expect(find('charge.succeeded').data.object.amount_refunded).toBe(0);
  expect(find('charge.updated').data.previous_attributes).toEqual({ balance_transaction: null });
  expect(find('charge.refunded').data).toMatchObject({
    object: { amount_refunded: 498, refunded: false },
    previous_attributes: { amount_refunded: 0 },
  });
  expect(find('refund.created').data.object).toMatchObject({
    amount: 498,
    reason: 'duplicate',
    status: 'succeeded',
  });
  expect(find('refund.created').request?.idempotency_key).toMatch(/^stripe-node-retry-/);
});
