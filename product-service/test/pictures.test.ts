import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createProduct, getImage, imageWidths } from '@micromall/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProductHarness, startProductHarness } from './harness.js';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProductHarness();
});
afterAll(() => shop.harness.stop());

function create(picture: Buffer) {
  const request = { name: 'Pictured', quantity: 1, price: 100, imageBase64: picture.toString('base64') };
  return shop.rpc.call(createProduct, request, shop.admin);
}

async function imageOf(picture: Buffer): Promise<string> {
  const reply = await create(picture);
  if (!reply.ok || reply.product.image === null) throw new Error('the picture was not taken');
  return reply.product.image;
}

async function versions(image: string): Promise<Buffer[]> {
  const replies = await Promise.all(imageWidths.map((width) => shop.rpc.call(getImage, { image, width })));
  return replies.map((reply) => {
    if (!reply.ok) throw new Error(reply.error.message);
    expect(reply.contentType).toBe('image/webp');
    return Buffer.from(reply.base64, 'base64');
  });
}

const blue = { r: 0, g: 0, b: 255 };
const red = { r: 255, g: 0, b: 0 };

function plain(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: blue } });
}

async function colourAt(picture: Buffer, left: number, top: number): Promise<'red' | 'blue'> {
  const pixel = await sharp(picture).extract({ left, top, width: 1, height: 1 }).raw().toBuffer();
  return (pixel[0] ?? 0) > (pixel[2] ?? 0) ? 'red' : 'blue';
}

/** A PNG whose header promises more than its body has. */
function pngThatClaims(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('78da030000000001', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('the picture of a product', () => {
  test('is stored as WebP in three widths, named by the hash of the widest', async () => {
    const image = await imageOf(await plain(1_600, 800).jpeg().toBuffer());

    const stored = await versions(image);

    const sizes = await Promise.all(stored.map((bytes) => sharp(bytes).metadata()));
    expect(sizes.map(({ format, width, height }) => [format, width, height])).toEqual([
      ['webp', 400, 200],
      ['webp', 800, 400],
      ['webp', 1_200, 600],
    ]);
    expect(
      createHash('sha256')
        .update(stored[2] ?? '')
        .digest('hex'),
    ).toBe(image);
  });

  test('a tall one fits into a square, and a small one is not blown up', async () => {
    const tall = await versions(await imageOf(await plain(500, 1_000).png().toBuffer()));
    const small = await versions(await imageOf(await plain(60, 30).webp().toBuffer()));

    expect(
      (await Promise.all(tall.map((bytes) => sharp(bytes).metadata()))).map(({ height }) => height),
    ).toEqual([400, 800, 1_000]);
    for (const bytes of small) expect(await sharp(bytes).metadata()).toMatchObject({ width: 60, height: 30 });
  });

  test('is turned as the camera was held, and keeps no other metadata', async () => {
    const right = {
      input: await sharp({ create: { width: 30, height: 30, channels: 3, background: red } })
        .png()
        .toBuffer(),
    };
    // Orientation 6: shown upright after a quarter turn clockwise, so that the right half comes to lie below.
    const picture = await plain(60, 30)
      .composite([{ ...right, left: 30, top: 0 }])
      .withExif({ IFD0: { Copyright: 'Ada', Make: 'Camera' } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();

    const [bytes = Buffer.alloc(0)] = await versions(await imageOf(picture));

    const { width, height, exif, orientation, icc, xmp } = await sharp(bytes).metadata();
    expect([width, height]).toEqual([30, 60]);
    expect([exif, orientation, icc, xmp]).toEqual([undefined, undefined, undefined, undefined]);
    expect([await colourAt(bytes, 15, 10), await colourAt(bytes, 15, 50)]).toEqual(['blue', 'red']);
  });

  test('keeps its transparency', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const picture = await sharp({ create: { width: 50, height: 50, channels: 4, background: clear } })
      .png()
      .toBuffer();

    const [bytes = Buffer.alloc(0)] = await versions(await imageOf(picture));

    expect((await sharp(bytes).stats()).isOpaque).toBe(false);
  });

  test.each(['gif', 'avif', 'jpeg', 'png', 'webp'] as const)('may be a %s', async (format) => {
    const picture = await plain(40, 40).toFormat(format).toBuffer();

    expect(await versions(await imageOf(picture))).toHaveLength(3);
  });

  test('stays well below 200 kB however little it can be compressed', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const picture = await sharp({
      create: { width: 1_200, height: 1_200, channels: 3, background: blue, noise },
    })
      .jpeg({ quality: 45 })
      .toBuffer();

    for (const bytes of await versions(await imageOf(picture))) expect(bytes.length).toBeLessThan(195_000);
  });

  test('is stored once when two products show the same', async () => {
    const picture = await plain(70, 70).png().toBuffer();

    const images = await Promise.all([imageOf(picture), imageOf(picture)]);

    expect(images[0]).toBe(images[1]);
    const { _id } =
      (await shop.database.collection<{ _id: string }>('images').findOne({ _id: images[0] })) ?? {};
    expect(_id).toBe(images[0]);
  });

  test('that does not exist is answered with a failure', async () => {
    const reply = await shop.rpc.call(getImage, { image: 'f'.repeat(64), width: 400 });

    expect(reply).toMatchObject({ ok: false, error: { code: 'image-unknown' } });
  });
});

describe('a file that is no picture', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  test.each<[string, () => Promise<Buffer> | Buffer]>([
    ['a text called .png', () => Buffer.from('this is not a picture')],
    ['an empty file', () => Buffer.alloc(0)],
    ['an SVG', () => Buffer.from(svg)],
    ['an SVG with a byte order mark and a prolog', () => Buffer.from(`\ufeff<?xml version="1.0"?>\n${svg}`)],
    ['a PDF', () => Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj')],
    ['a TIFF, which browsers do not show', () => plain(9, 9).tiff().toBuffer()],
    [
      'the first bytes of a PNG and nothing more',
      () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ],
    ['half a JPEG', async () => (await plain(900, 900).jpeg().toBuffer()).subarray(0, 700)],
    ['a PNG whose header claims 60,000 by 60,000 pixels', () => pngThatClaims(60_000, 60_000)],
    ['a true picture of 36 million pixels in a few kilobytes', () => plain(6_000, 6_000).png().toBuffer()],
  ])('%s is refused, and no product is made', async (_, file) => {
    const before = await shop.database.collection('products').countDocuments({});

    const reply = await create(await file());

    expect(reply).toMatchObject({ ok: false, error: { code: 'image-unreadable' } });
    expect(await shop.database.collection('products').countDocuments({})).toBe(before);
  });

  test('is answered with a sentence that says what is wrong', async () => {
    const [text, huge] = await Promise.all([
      create(Buffer.from('hello')),
      create(pngThatClaims(60_000, 60_000)),
    ]);

    expect(text).toMatchObject({
      error: { message: 'The file is not a PNG, JPEG, WebP, AVIF or GIF picture.' },
    });
    expect(huge).toMatchObject({
      error: { message: 'The picture has more than 25 million pixels; save a smaller one.' },
    });
  });
});
