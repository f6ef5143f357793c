import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { passesLuhn, readCard } from '../src/domain/card-details.js';
import { TEST_CARDS } from '../src/domain/cards.js';
import { chargesOf, control, eventually, intentOf, ORDER, pay, refusalOf, startSandbox } from './support.js';

/** What Stripe publishes about each card, written down a second time and apart from the code. */
const PAYS = [
  '4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 5105105105105100',
  '378282246310005 371449635398431 6011111111111117 6011000990139424 6011981111111113 3056930009020004',
  '36227206271667 3566002020360505 6200000000000005 6200000000000047 6205500000000000004 4000000000000077',
  '4000000000003055 4000000000003097 4000000000004954 4000000000009235 4000000000000101 4000000000000036',
  '4000000000000028 4000000000000010 4000000000000044 4000000000000259 4000000000002685 4000000000001976',
  '4000000000005423 4000000000007726 4000000000005126',
].flatMap((line) => line.split(' '));

const DECLINES: [string, string, string | null, string][] = [
  ['4000000000000002', 'card_declined', 'generic_decline', 'Your card was declined.'],
  ['4000000000009995', 'card_declined', 'insufficient_funds', 'Your card has insufficient funds.'],
  ['4000000000009987', 'card_declined', 'lost_card', 'Your card was declined.'],
  ['4000000000009979', 'card_declined', 'stolen_card', 'Your card was declined.'],
  ['4000000000000069', 'expired_card', null, 'Your card has expired.'],
  ['4000000000000127', 'incorrect_cvc', null, "Your card's security code is incorrect."],
  [
    '4000000000000119',
    'processing_error',
    null,
    'An error occurred while processing your card. Try again in a little bit.',
  ],
  [
    '4000000000006975',
    'card_declined',
    'card_velocity_exceeded',
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  ],
  ['4000000000000341', 'card_declined', 'generic_decline', 'Your card was declined.'],
  ['4100000000000019', 'card_declined', 'fraudulent', 'Your card was declined.'],
  [
    '4000008400001280',
    'processing_error',
    null,
    'An error occurred while processing your card. Try again in a little bit.',
  ],
];

const ASKS: [string, string | null][] = [
  ['4000002500003155', null],
  ['4000002760003184', null],
  ['4000003800000446', null],
  ['4000000000003220', null],
  ['4000008260003178', 'insufficient_funds'],
  ['4000008400001629', 'generic_decline'],
];

describe("Stripe's published test cards", () => {
  test('are all in the table, each a valid card number', () => {
    const numbers = [...PAYS, ...DECLINES.map(([number]) => number), ...ASKS.map(([number]) => number)];
    expect(TEST_CARDS.map(({ number }) => number).sort()).toEqual(numbers.sort());
    expect(numbers.filter((number) => !passesLuhn(number))).toEqual([]);
  });

  test('those that pay, pay', async () => {
    const sandbox = await startSandbox();
    for (const number of PAYS) {
      const session = await sandbox.stripe.checkout.sessions.create(ORDER);
      expect({ number, ...(await pay(sandbox, session.id, number)) }).toMatchObject({
        number,
        outcome: 'paid',
      });
    }
    const charges = await chargesOf(sandbox);
    const last4s = charges.map(({ payment_method_details: details }) => details?.card?.last4);
    expect(last4s.reverse()).toEqual(PAYS.map((number) => number.slice(-4)));
  });

  test.each(DECLINES)(
    '%s is declined as %s (%s), and another card pays the same session',
    async (number, code, decline_code, message) => {
      const sandbox = await startSandbox();
      const { stripe } = sandbox;
      const session = await stripe.checkout.sessions.create(ORDER);
      expect(await pay(sandbox, session.id, number)).toEqual({
        outcome: 'declined',
        code,
        decline_code,
        message,
      });

      const open = await stripe.checkout.sessions.retrieve(session.id, {
        expand: ['payment_intent.latest_charge'],
      });
      expect(open).toMatchObject({ status: 'open', payment_status: 'unpaid', customer_details: null });
      const intent = open.payment_intent as Stripe.PaymentIntent;
      expect(intent.status).toBe('requires_payment_method');
      expect(intent.last_payment_error).toMatchObject({ type: 'card_error', code });
      expect(intent.last_payment_error?.decline_code ?? null).toBe(decline_code);
      expect(intent.latest_charge).toMatchObject({ status: 'failed', paid: false, failure_code: code });
      const failures = await stripe.events.list({
        types: ['charge.failed', 'payment_intent.payment_failed'],
      });
      expect(failures.data.map(({ type }) => type)).toEqual([
        'payment_intent.payment_failed',
        'charge.failed',
      ]);

      expect(await pay(sandbox, session.id)).toMatchObject({ outcome: 'paid', payment_intent: intent.id });
      const charges = await chargesOf(sandbox);
      expect(charges.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
      const last4s = charges.map(({ payment_method_details: details }) => details?.card?.last4);
      expect(last4s).toEqual(['4242', number.slice(-4)]);
    },
  );

  test.each(ASKS)('%s asks for 3-D Secure, then ends with %s', async (number, decline_code) => {
    const sandbox = await startSandbox();
    const { stripe } = sandbox;
    const session = await stripe.checkout.sessions.create(ORDER);
    const asked = await pay(sandbox, session.id, number);
    expect(asked).toMatchObject({ outcome: 'authentication_required', url: `${session.url}/authenticate` });
    expect(await intentOf(sandbox, session.id)).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'use_stripe_sdk' },
      latest_charge: null,
    });

    const failed = await pay(sandbox, session.id, number, { authentication: 'fail' });
    expect(failed).toMatchObject({ outcome: 'declined', code: 'payment_intent_authentication_failure' });
    expect(await chargesOf(sandbox)).toEqual([]);

    const done = await pay(sandbox, session.id, number, { authentication: 'complete' });
    const expected = decline_code === null ? { outcome: 'paid' } : { outcome: 'declined', decline_code };
    expect(done).toMatchObject(expected);
    const [charge] = await chargesOf(sandbox);
    expect(charge?.payment_method_details?.card?.three_d_secure).toMatchObject({ result: 'authenticated' });
  });

  test('checks of the security code and the address say how they went', async () => {
    const sandbox = await startSandbox();
    const checksOf = async (number: string) => {
      const session = await sandbox.stripe.checkout.sessions.create(ORDER);
      await pay(sandbox, session.id, number);
      const [charge] = await chargesOf(sandbox);
      return { checks: charge?.payment_method_details?.card?.checks };
    };
    expect(await checksOf('4000000000000101')).toMatchObject({ checks: { cvc_check: 'fail' } });
    expect(await checksOf('4000000000000010')).toMatchObject({
      checks: { address_line1_check: 'fail', address_postal_code_check: 'fail' },
    });
  });
});

describe('what is no test card', () => {
  test('a number that fails its checksum, a past date and a short code are told before any bank is asked', async () => {
    const problems = (number: string, expiry = '12 / 34', cvc = '123') => {
      const reading = readCard({ number, expiry, cvc }, new Date());
      return reading.ok ? [] : reading.problems.map(({ code }) => code);
    };
    expect(problems('4242424242424242')).toEqual([]);
    expect(problems('4242424242424241')).toEqual(['incorrect_number']);
    expect(problems('4242')).toEqual(['invalid_number']);
    expect(problems('4242424242424242', '13/34')).toEqual(['invalid_expiry_month']);
    expect(problems('4242424242424242', '12/20')).toEqual(['invalid_expiry_year']);
    expect(problems('4242424242424242', '12/34', '12')).toEqual(['invalid_cvc']);
    expect(problems('378282246310005', '12/34', '123')).toEqual(['invalid_cvc']);
    expect(problems('x', 'y', 'z')).toHaveLength(3);

    const sandbox = await startSandbox();
    const session = await sandbox.stripe.checkout.sessions.create(ORDER);
    const answer = await pay(sandbox, session.id, '4242424242424241');
    expect(answer).toMatchObject({ outcome: 'invalid_card', problems: [{ code: 'incorrect_number' }] });
    expect(await intentOf(sandbox, session.id)).toBeNull();
  });

  test('any other valid number is declined with a warning, and no full number is ever shown or kept', async () => {
    const sandbox = await startSandbox();
    const session = await sandbox.stripe.checkout.sessions.create(ORDER);
    const stranger = '4539578763621486';
    expect(passesLuhn(stranger)).toBe(true);
    const answer = await pay(sandbox, session.id, stranger);
    expect(answer).toMatchObject({ outcome: 'declined', decline_code: 'test_mode_live_card' });
    expect(answer.message).toContain('real cards must not be used');
    const events = JSON.stringify(await sandbox.stripe.events.list({ limit: 100 }));
    const ledger = JSON.stringify((await control(sandbox, 'GET', '/ledger')).json);
    const page = await (await fetch(`http://127.0.0.1:${sandbox.port}/`)).text();
    expect(events).toContain('1486');
    expect(events + ledger + page).not.toContain(stranger);
  });
});

describe('what some cards bring after the payment', () => {
  async function paidWith(number: string) {
    const sandbox = await startSandbox();
    const session = await sandbox.stripe.checkout.sessions.create(ORDER);
    const { payment_intent } = await pay(sandbox, session.id, number);
    const typesOf = async () =>
      (await sandbox.stripe.events.list({ limit: 100 })).data.map(({ type }) => type).reverse();
    return { sandbox, stripe: sandbox.stripe, intent: String(payment_intent), typesOf };
  }

  test('a dispute takes the money and forbids a refund; winning evidence brings the money back', async () => {
    const { stripe, intent, typesOf } = await paidWith('4000000000000259');
    expect((await typesOf()).slice(-3)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.updated',
    ]);
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent })).data;
    expect(dispute).toMatchObject({ reason: 'fraudulent', status: 'needs_response', amount: 4498 });
    expect(await refusalOf(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
      code: 'charge_disputed',
    });
    const won = await stripe.disputes.update(dispute!.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
    });
    expect(won.status).toBe('won');
    expect((await typesOf()).slice(-2)).toEqual(['charge.dispute.funds_reinstated', 'charge.dispute.closed']);
  });

  test('an inquiry leaves the money and can still be refunded; a dispute says why it was opened', async () => {
    const inquiry = await paidWith('4000000000001976');
    expect((await inquiry.stripe.disputes.list()).data[0]).toMatchObject({
      status: 'warning_needs_response',
    });
    expect(await inquiry.stripe.refunds.create({ payment_intent: inquiry.intent })).toMatchObject({
      status: 'succeeded',
    });
    const notReceived = await paidWith('4000000000002685');
    expect((await notReceived.stripe.disputes.list()).data[0]).toMatchObject({
      reason: 'product_not_received',
    });
  });

  test('a refund that is pending first succeeds by itself', async () => {
    const { stripe, intent, typesOf } = await paidWith('4000000000007726');
    const refund = await stripe.refunds.create({ payment_intent: intent });
    expect(refund.status).toBe('pending');
    await eventually(
      'it settles',
      async () => (await stripe.refunds.retrieve(refund.id)).status === 'succeeded',
    );
    expect((await typesOf()).slice(-3)).toEqual(['refund.created', 'charge.refunded', 'refund.updated']);
  });

  test('a refund that fails later gives the amount back to be refunded again', async () => {
    const { sandbox, stripe, intent, typesOf } = await paidWith('4000000000005126');
    const refund = await stripe.refunds.create({ payment_intent: intent });
    expect(refund.status).toBe('succeeded');
    expect((await control(sandbox, 'POST', `/refunds/${refund.id}/settle`)).json).toMatchObject({
      status: 'failed',
    });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
    });
    expect((await typesOf()).slice(-3)).toEqual(['refund.updated', 'refund.failed', 'charge.updated']);
    expect((await chargesOf(sandbox))[0]).toMatchObject({ amount_refunded: 0, refunded: false });
  });
});
