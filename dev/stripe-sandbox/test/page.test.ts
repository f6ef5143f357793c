import { beforeEach, describe, expect, test } from 'vitest';
import { chargesOf, intentOf, MUG, ORDER, startSandbox, type TestSandbox } from './support.js';

let sandbox: TestSandbox;
let page: string;
let sessionId: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  await openPage();
});

async function openPage(changes: object = {}): Promise<void> {
  const session = await sandbox.stripe.checkout.sessions.create({ ...ORDER, ...changes });
  sessionId = session.id;
  page = `http://127.0.0.1:${sandbox.port}/c/pay/${session.id}`;
}

async function read(url = page): Promise<{ status: number; html: string; headers: Headers }> {
  const response = await fetch(url, { redirect: 'manual' });
  return { status: response.status, html: await response.text(), headers: response.headers };
}

const FORM = {
  email: 'ada@example.com',
  cardNumber: '4242 4242 4242 4242',
  cardExpiry: '12 / 34',
  cardCvc: '123',
  cardholderName: 'Ada Lovelace',
  shippingName: 'Ada Lovelace',
  shippingLine1: '1 Raffles Place',
  shippingPostalCode: '048616',
  shippingCity: 'Singapore',
  shippingCountry: 'SG',
  shippingOption: '0',
};

async function submit(changes: Partial<typeof FORM> = {}, url = page) {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...FORM, ...changes }),
  });
  return { status: response.status, html: await response.text(), location: response.headers.get('location') };
}

describe('the payment page', () => {
  test('shows the order, is plainly marked as a test, and leads back to the shop', async () => {
    const { status, html, headers } = await read();
    expect(status).toBe(200);
    expect(html).toContain('<strong>TEST MODE</strong> - no real money');
    for (const text of [
      'Mug &amp; tea',
      'Qty 2',
      'S$\u00a039.98',
      'Standard Delivery',
      '5–7 business days',
      'S$\u00a044.98',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain('href="http://localhost:3000/cancel"');
    for (const label of [
      'Email',
      'Card number',
      'Expiry',
      'CVC',
      'Cardholder name',
      'Postal code',
      'Country',
    ]) {
      expect(html).toMatch(new RegExp(`<label for="\\w+">${label}</label>`));
    }
    expect(html).toContain('value="1 Raffles Place"');
    expect(html).toContain('4000 0000 0000 9995');
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    expect(html).not.toMatch(/(src|href)="https?:\/\/(?!localhost:3000)/);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).toContain("form-action 'self' http://localhost:3000");
  });

  test('knows the e-mail of the customer and does not let it be changed', async () => {
    const customer = await sandbox.stripe.customers.create({ email: 'known@x.io' });
    await openPage({ customer: customer.id });
    const { html } = await read();
    expect(html).toMatch(/id="email"[^>]*value="known@x.io"[^>]*readonly/);
    expect((await submit({ email: 'other@x.io' })).status).toBe(303);
    const paid = await sandbox.stripe.checkout.sessions.retrieve(sessionId);
    expect(paid.customer_details?.email).toBe('known@x.io');
  });

  test('pays, and leads to the success page with the session id filled in', async () => {
    expect(await submit()).toMatchObject({
      status: 303,
      location: `http://localhost:3000/success?session_id=${sessionId}`,
    });
    expect(await sandbox.stripe.checkout.sessions.retrieve(sessionId)).toMatchObject({
      payment_status: 'paid',
      customer_details: {
        email: 'ada@example.com',
        name: 'Ada Lovelace',
        address: { postal_code: '048616' },
      },
      collected_information: { shipping_details: { name: 'Ada Lovelace', address: { city: 'Singapore' } } },
    });
    const again = await read();
    expect(again.status).toBe(200);
    expect(again.html).toContain('This order has been paid');
    expect(again.html).toContain(`http://localhost:3000/success?session_id=${sessionId}`);
  });

  test('a double click pays once, and both clicks lead to the success page', async () => {
    const answers = await Promise.all([submit(), submit(), submit()]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 303,
        location: expect.stringContaining('/success?session_id='),
      });
    }
    expect(await chargesOf(sandbox)).toHaveLength(1);
  });

  test('a decline shows its reason, keeps what was typed except the card, and lets one try again', async () => {
    const declined = await submit({ cardNumber: '4000000000009995', shippingLine1: '<b>2 "Road"' });
    expect(declined.status).toBe(402);
    expect(declined.html).toMatch(/role="alert"[\s\S]*Your card has insufficient funds\./);
    expect(declined.html).toContain('value="&lt;b&gt;2 &#34;Road&#34;"');
    expect(declined.html).not.toContain('4000000000009995');
    expect(declined.html).toMatch(/id="cardNumber"[^>]*value=""/);
    expect((await submit()).status).toBe(303);
  });

  test('the shopper is never told that a card is lost, stolen or suspected', async () => {
    for (const cardNumber of ['4000000000009987', '4000000000009979', '4100000000000019']) {
      const { html } = await submit({ cardNumber });
      expect(html.split('role="alert"')[1]?.split('</div>')[0]).toMatch(/<p>Your card was declined\.<\/p>/);
    }
  });

  test('a real card is refused with a warning', async () => {
    expect((await submit({ cardNumber: '4539578763621486' })).html).toContain(
      'real cards must not be used here',
    );
  });

  test('every wrong field is named beside it, and no attempt is made', async () => {
    const { status, html } = await submit({
      email: 'nobody',
      cardNumber: '4242424242424241',
      cardholderName: '',
      shippingPostalCode: '',
      shippingCountry: 'US',
    });
    expect(status).toBe(422);
    for (const field of ['email', 'cardholderName', 'shippingPostalCode', 'shippingCountry']) {
      expect(html).toContain(`id="${field}-error"`);
    }
    const card = await submit({ cardNumber: '4242424242424241', cardExpiry: '13 / 34', cardCvc: '1' });
    for (const field of ['cardNumber', 'cardExpiry', 'cardCvc'])
      expect(card.html).toContain(`id="${field}-error"`);
    expect(await intentOf(sandbox, sessionId)).toBeNull();
  });

  test('a session without shipping asks for no address', async () => {
    await openPage({
      shipping_address_collection: undefined,
      shipping_options: undefined,
      line_items: [MUG],
    });
    const { html } = await read();
    expect(html).not.toContain('Shipping');
    expect((await submit()).status).toBe(303);
    const paid = await sandbox.stripe.checkout.sessions.retrieve(sessionId);
    expect(paid.collected_information?.shipping_details).toBeNull();
  });

  test('an expired session says so and leads back; an unknown one says that there is nothing', async () => {
    await sandbox.stripe.checkout.sessions.expire(sessionId);
    for (const answer of [await read(), await submit()]) {
      expect(answer.status).toBe(410);
      expect(answer.html).toContain('This checkout session has expired');
      expect(answer.html).toContain('href="http://localhost:3000/cancel"');
    }
    expect((await read(`${page}x`)).status).toBe(404);
    expect(await chargesOf(sandbox)).toEqual([]);
  });
});

describe('3-D Secure', () => {
  const card = { cardNumber: '4000000000003220' };

  test('completed, it pays', async () => {
    const asked = await submit(card);
    expect(asked).toMatchObject({ status: 303, location: `/c/pay/${sessionId}/authenticate` });
    const question = await read(`${page}/authenticate`);
    expect(question.html).toContain('Complete authentication');
    expect(question.html).toContain('Fail authentication');
    const done = await answer('complete');
    expect(done.location).toBe(`http://localhost:3000/success?session_id=${sessionId}`);
    const secondClick = await answer('complete');
    expect(secondClick.location).toBe(done.location);
    expect(await chargesOf(sandbox)).toHaveLength(1);
  });

  test('failed, it leads back to the form with a reason, and another card pays', async () => {
    await submit(card);
    const failed = await answer('fail');
    expect(failed.location).toBe(`/c/pay/${sessionId}?authentication=failed`);
    const form = await read(`${page}?authentication=failed`);
    expect(form.html).toContain('We are unable to authenticate your payment method.');
    expect((await read(`${page}/authenticate`)).headers.get('location')).toBe(`/c/pay/${sessionId}`);
    expect((await answer('complete')).status).not.toBe(200);
    expect(await sandbox.stripe.checkout.sessions.retrieve(sessionId)).toMatchObject({ status: 'open' });
    expect((await submit()).status).toBe(303);
  });

  async function answer(authentication: string) {
    const response = await fetch(`${page}/authenticate`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ authentication }),
    });
    return { status: response.status, location: response.headers.get('location') };
  }
});

test('the dashboard and the receipt show a payment', async () => {
  await submit();
  const [charge] = await chargesOf(sandbox);
  const dashboard = await read(`http://127.0.0.1:${sandbox.port}/`);
  expect(dashboard.html).toContain(`/receipts/${charge!.id}`);
  expect(dashboard.html).toContain('checkout.session.completed');
  const receipt = await read(charge!.receipt_url!.replace('localhost', '127.0.0.1'));
  expect(receipt.html).toContain('visa ending in 4242');
  expect((await read(`http://127.0.0.1:${sandbox.port}/assets/pages.css`)).status).toBe(200);
  for (const path of ['healthz', 'readyz']) {
    expect((await read(`http://127.0.0.1:${sandbox.port}/${path}`)).status).toBe(200);
  }
});
