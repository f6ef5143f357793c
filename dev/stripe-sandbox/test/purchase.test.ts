import { describe, expect, test } from 'vitest';
import { eventually, ORDER, pay, SECRET, startReceiver, startSandbox } from './support.js';

describe('a purchase through the official SDK', () => {
  test('a session is opened, paid, told by signed webhooks, and read back with everything in it', async () => {
    const receiver = await startReceiver();
    const { stripe, ...sandbox } = await startSandbox({
      WEBHOOK_ENDPOINT_URL: receiver.url,
      STRIPE_WEBHOOK_SECRET: SECRET,
    });
    const customer = await stripe.customers.create({
      email: 'a+b@x.io',
      metadata: { userId: 'u1' },
    });
    const session = await stripe.checkout.sessions.create({ ...ORDER, customer: customer.id });
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      customer_details: null,
      amount_subtotal: 3998,
      amount_total: 4498,
      currency: 'sgd',
      url: `${sandbox.url}/c/pay/${session.id}`,
      livemode: false,
    });
    expect(session.id).toMatch(/^cs_test_\w{58}$/);
    expect(session).not.toHaveProperty('line_items');

    expect(await pay(sandbox, session.id)).toMatchObject({
      outcome: 'paid',
      redirect_url: `http://localhost:3000/success?session_id=${session.id}`,
    });
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['line_items.data.price.product', 'payment_intent.latest_charge', 'customer'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer: { id: customer.id, email: 'a+b@x.io' },
      customer_details: { email: 'a+b@x.io', name: 'Jenny Rosen', phone: null },
      collected_information: { shipping_details: { address: { country: 'SG' } } },
      payment_intent: {
        status: 'succeeded',
        amount_received: 4498,
        metadata: { orderId: 'order-1' },
        latest_charge: { paid: true, amount: 4498, payment_method_details: { card: { last4: '4242' } } },
      },
      shipping_cost: { amount_total: 500, shipping_rate: expect.stringMatching(/^shr_/) },
    });
    const [item] = paid.line_items?.data ?? [];
    expect(item).toMatchObject({ description: 'Mug & tea', quantity: 2, amount_total: 3998 });
    expect(item?.price?.product).toMatchObject({ object: 'product', metadata: { productId: 'p1' } });
    expect(item?.price?.unit_amount_decimal?.toString()).toBe('1999');

    await eventually('all events arrive', () => receiver.events.length === 6);
    expect(receiver.events.map((event) => event.type).sort()).toEqual([
      'charge.succeeded',
      'charge.updated',
      'checkout.session.completed',
      'customer.created',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
  });
});
