import { createProduct } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { beforeAll, describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { type Answer, hiddenFields, type Visitor } from '../visitor.js';

let admin: Visitor;

const lamp = { name: 'Lamp', price: '18.50', quantity: '24', category: 'Desk', description: 'Warm light.' };

beforeAll(async () => {
  ({ visitor: admin } = await site.loggedIn(site.shop.addPerson({ role: 'admin' })));
});

async function add(fields: Record<string, string>, image?: Blob, visitor = admin): Promise<Answer> {
  const page = await admin.get('/createproduct');
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...hiddenFields(page.text, '/createproduct'), ...fields })) {
    form.set(name, value);
  }
  form.set('image', image ?? new Blob([]), image ? 'lamp.png' : '');
  return visitor.send('/createproduct', { method: 'POST', body: form });
}

describe('adding a product', () => {
  it('sends whole minor units, the picture and who asks, and shows the product', async () => {
    const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
    const answer = await add(lamp, new Blob([picture]));
    expect(answer.status).toBe(303);
    expect(site.peers.requestsTo(createProduct)).toEqual([
      {
        name: 'Lamp',
        price: 1850,
        quantity: 24,
        category: 'Desk',
        description: 'Warm light.',
        imageBase64: picture.toString('base64'),
      },
    ]);
    const request = site.peers.requests.find(({ queue }) => queue === 'create-product');
    expect(request?.traceId).toBe(answer.headers.get('x-request-id'));
    expect((await admin.follow()).text).toContain('Lamp is in the catalogue.');
  });

  it('works without a picture and without a category', async () => {
    await add({ ...lamp, category: '' });
    expect(site.peers.requestsTo(createProduct)[0]).toMatchObject({ category: 'Other' });
    expect(site.peers.requestsTo(createProduct)[0]).not.toHaveProperty('imageBase64');
  });

  it.each([
    [{ name: '' }, 'Name must not be empty'],
    [{ name: 'x'.repeat(121) }, 'Name must have at most 120 characters'],
    [{ price: '' }, 'Price (SGD) must be a price such as 18.50'],
    [{ price: '-1' }, 'Price (SGD) must be a price such as 18.50'],
    [{ price: '0' }, 'Price (SGD) must be a price such as 18.50'],
    [{ price: '18.505' }, 'Price (SGD) must be a price such as 18.50'],
    [{ price: '1e5' }, 'Price (SGD) must be a price such as 18.50'],
    [{ price: '99999999999' }, 'Price (SGD) must be'],
    [{ price: '{"$gt":0}' }, 'Price (SGD) must be a price such as 18.50'],
    [{ quantity: '-1' }, 'Quantity must be a whole number, 0 or more'],
    [{ quantity: '1.5' }, 'Quantity must be a whole number, 0 or more'],
    [{ quantity: '1000001' }, 'Quantity must be at most 1,000,000'],
    [{ category: 'x'.repeat(41) }, 'Category must have at most 40 characters'],
    [{ description: 'x'.repeat(2001) }, 'Description must have at most 2,000 characters'],
  ])('with %o says what is wrong beside the field and keeps the rest', async (wrong, sentence) => {
    const page = await add({ ...lamp, description: '<b>Warm</b>', ...wrong });
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    if (!('description' in wrong)) expect(page.text).toContain('&lt;b&gt;Warm&lt;/b&gt;</textarea>');
    if (!('price' in wrong)) expect(page.text).toContain('value="18.50"');
    expect(site.peers.requestsTo(createProduct)).toEqual([]);
  });

  it('says that an image is none', async () => {
    site.peers.override(createProduct, async () => failed('image-unreadable', 'x'));
    const page = await add(lamp, new Blob(['<?php']));
    expect(page.status).toBe(422);
    expect(page.text).toContain('Image is not a picture that can be read');
    expect(page.text).toContain('value="Lamp"');
  });

  it('says beside the price what Stripe takes for one payment', async () => {
    site.peers.override(createProduct, async () =>
      failed('price-not-payable', 'x', { least: 50, most: 99_999_999, currency: 'SGD' }),
    );
    const page = await add({ ...lamp, price: '0.10' });
    expect(page.status).toBe(422);
    expect(page.text).toContain(
      'Price (SGD) can be between $0.50 and $999,999.99: that is what Stripe takes',
    );
    expect(page.text).toContain('value="0.10"');
    expect(page.text).toContain('value="Lamp"');
  });

  it('refuses a picture that no message could carry, and keeps the fields', async () => {
    const page = await add(lamp, new Blob([Buffer.alloc(600_001)]));
    expect(page.status).toBe(422);
    expect(page.text).toContain('Image is larger than 600 kB');
    expect(page.text).toContain('value="Lamp"');
    expect(site.peers.requestsTo(createProduct)).toEqual([]);
  });

  it('takes the largest picture that a message can carry', async () => {
    const answer = await add(lamp, new Blob([Buffer.alloc(600_000, 1)]));
    expect(answer.status).toBe(303);
    expect(site.peers.requestsTo(createProduct)[0]?.imageBase64).toHaveLength(800_000);
  });

  it.each(['image', 'another'])(
    'refuses a second file (in the field "%s") beside its field',
    async (field) => {
      const page = await admin.get('/createproduct');
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...hiddenFields(page.text, '/createproduct'), ...lamp })) {
        form.set(name, value);
      }
      form.append('image', new Blob(['a']), 'a.png');
      form.append(field, new Blob(['b']), 'b.png');
      const refused = await admin.send('/createproduct', { method: 'POST', body: form });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('Image takes one file: choose one');
      expect(refused.text).toContain('value="Lamp"');
      expect(site.peers.requestsTo(createProduct)).toEqual([]);
    },
  );

  it('says that the storeroom rests and keeps the fields, without a claim about what was done', async () => {
    site.peers.fault(createProduct);
    const page = await add(lamp);
    expect(page.status).toBe(503);
    expect(page.text).toContain('we can not say whether the product was added');
    expect(page.text).toContain(page.headers.get('x-request-id'));
    expect(page.text).toContain('value="Lamp"');
  });

  it('refuses a form that breaks off', async () => {
    const broken = await admin.send('/createproduct', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nLa',
    });
    expect(broken.status).toBe(400);
    expect(site.peers.requestsTo(createProduct)).toEqual([]);
  });

  it('needs the form token', async () => {
    const page = await add({ ...lamp, _csrf: 'forged' });
    expect(page.status).toBe(403);
    expect(site.peers.requestsTo(createProduct)).toEqual([]);
  });

  it('is not for guests and shoppers', async () => {
    const guest = site.visitor();
    expect((await guest.get('/createproduct')).location).toBe('/login?next=%2Fcreateproduct');
    expect((await add(lamp, undefined, guest)).status).toBe(303);
    const { visitor: shopper } = await site.loggedIn();
    expect((await shopper.get('/createproduct')).status).toBe(403);
    const refused = await add(lamp, undefined, shopper);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('This page is for the people of the shop');
    expect(site.peers.requestsTo(createProduct)).toEqual([]);
    expect((await shopper.get('/')).text).not.toContain('/createproduct');
  });
});
