import { randomBytes } from 'node:crypto';
import { sharedShop } from '@micromall/test-kit/shop/borrow';
import type { WebShopper } from '@micromall/test-kit/shopper';
import { describe, expect, it } from 'vitest';
import { type Answer, expectRefusal, guard, send, tokenOf } from './bad-input.js';

const shop = await sharedShop();
const { site } = shop.urls;
const guarded = guard(shop, 'Pictured lamp');

type Files = readonly (readonly [field: string, bytes: Buffer, fileName: string])[];

const product = { name: 'Pictured lamp', price: '9.00', quantity: '5', category: '', description: '' };

/** The form of `/createproduct` with these files, as a browser would send it. */
async function upload(visitor: WebShopper, token: string, files: Files): Promise<Answer> {
  const form = new FormData();
  form.set('_csrf', token);
  for (const [name, value] of Object.entries(product)) form.set(name, value);
  for (const [field, bytes, fileName] of files) {
    form.append(field, new Blob([new Uint8Array(bytes)], { type: 'image/png' }), fileName);
  }
  const encoded = new Response(form);
  return send(site, '/createproduct', {
    method: 'POST',
    headers: { 'content-type': encoded.headers.get('content-type') ?? '', cookie: visitor.cookieHeader },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
}

const pngStart = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
/** A header that claims 60,000 x 60,000 pixels; its check sum is right. */
const hugePng = Buffer.concat([
  pngStart,
  Buffer.from('0000ea600000ea600800000000', 'hex'),
  Buffer.from('0a6e0c5a', 'hex'),
]);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';

describe('an image at /createproduct', () => {
  const unreadable = /Image is not a picture that can be read: take a PNG, JPEG, WebP, AVIF or GIF file/;
  const tooLarge = /Image is larger than 600 kB: choose or make a smaller one/;
  const oneFile = /Image takes one file: choose one/;
  it.each<[string, number, RegExp, Files]>([
    ['a text called .png', 422, unreadable, [['image', Buffer.from('not a picture'), 'lamp.png']]],
    ['an SVG with a script', 422, unreadable, [['image', Buffer.from(svg), 'lamp.svg']]],
    ['an SVG called .png', 422, unreadable, [['image', Buffer.from(svg), 'lamp.png']]],
    ['a page called .jpg', 422, unreadable, [['image', Buffer.from('<!doctype html><p>'), '../../lamp.jpg']]],
    ['the start of a PNG', 422, unreadable, [['image', pngStart, 'lamp.png']]],
    ['a PNG of 3,600 million pixels', 422, unreadable, [['image', hugePng, 'lamp.png']]],
    [
      "noise after a JPEG's start",
      422,
      unreadable,
      [['image', Buffer.concat([Buffer.from('ffd8ff', 'hex'), randomBytes(999)]), 'a']],
    ],
    ['a file of 700 kB', 422, tooLarge, [['image', randomBytes(700_000), 'lamp.png']]],
    [
      'two files',
      422,
      oneFile,
      [
        ['image', pngStart, 'a.png'],
        ['image', pngStart, 'b.png'],
      ],
    ],
    ['a file in another field', 422, oneFile, [['name', pngStart, 'lamp.png']]],
  ])('that is %s is refused', async (_what, status, sentence, files) => {
    const token = tokenOf(await guarded.scenario.admin.get('/createproduct'));
    expectRefusal(await upload(guarded.scenario.admin, token, files), status, sentence);
  });

  it('in a form that breaks off is refused', async () => {
    const answer = await send(site, '/createproduct', {
      method: 'POST',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        cookie: guarded.scenario.admin.cookieHeader,
      },
      body: '--x\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\n\r\nabc',
    });
    expectRefusal(answer, 400, /That could not be understood[\s\S]*Nothing was changed/);
  });
});

describe('/createproduct', () => {
  it('is not for a shopper, whatever the form says', async () => {
    const { shopper } = guarded.scenario.ada;
    const token = tokenOf(await shopper.get('/cart'));
    const cookie = shopper.cookieHeader;
    const notForYou = /This page is for the people of the shop[\s\S]*Your account may not use it/;
    expectRefusal(await send(site, '/createproduct', { headers: { cookie } }), 403, notForYou);
    expectRefusal(await upload(shopper, token, []), 403, notForYou);
  });

  it('leads a guest to the log-in', async () => {
    for (const method of ['GET', 'POST']) {
      const { status, headers } = await send(site, '/createproduct', { method });
      expect([status, headers.location]).toEqual([303, '/login?next=%2Fcreateproduct']);
    }
  });

  it.each([
    ['price', '-1'],
    ['price', '0'],
    ['price', '1.005'],
    ['price', '1e3'],
    ['price', '99999999999'],
    ['quantity', '-1'],
    ['quantity', '1.5'],
    ['quantity', '1000001'],
    ['name', ''],
    ['name', 'x'.repeat(121)],
    ['category', 'x'.repeat(41)],
    ['description', 'x'.repeat(2_001)],
  ])('takes no %s of %j', async (field, value) => {
    const page = await guarded.scenario.admin.get('/createproduct');
    const form = new URLSearchParams({ ...product, [field]: value, _csrf: tokenOf(page) });
    const answer = await send(site, '/createproduct', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: guarded.scenario.admin.cookieHeader,
      },
      body: form.toString(),
    });
    const label = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
    expectRefusal(answer, 422, new RegExp(`<span class="field-problem"[^>]*>${label}[^<]* must`));
  });
});
