import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@micromall/launcher';
import { startProductService } from '@micromall/product-service';
import { Harness } from '@micromall/test-kit';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Filling, fillEmptyShop } from '../src/fill-shop.js';
import { createPictures } from '../src/pictures.js';
import { readDemoProducts } from '../src/products.js';

const products = readDemoProducts().slice(0, 4);
const keys = products.map(({ key }) => key);

let harness: Harness;
let directory: string;
let marker: string;
let encoded: string[];

beforeEach(async () => {
  harness = await Harness.start('product-service');
  await harness.authority();
  harness.keep(await startProductService(harness.environment()));
  directory = mkdtempSync(join(tmpdir(), 'micromall-filling-'));
  marker = join(directory, 'seeding');
  encoded = [];
});
afterEach(async () => {
  await harness.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A picture that costs nothing, of another colour for each product. */
async function encode(key: string): Promise<Buffer> {
  encoded.push(key);
  const background = { r: 60 * keys.indexOf(key), g: 80, b: 90 };
  return sharp({ create: { width: 40, height: 40, channels: 3, background } })
    .webp()
    .toBuffer();
}

function filling(changed: Partial<Filling> = {}): Filling {
  const operatorUrl = harness.vhost.amqpUrl('admin');
  return { operatorUrl, marker, products, pictures: createPictures(encode), ...changed };
}

async function stored() {
  const collection = (await harness.database()).collection('products');
  const found = await collection.find({}, { sort: { _id: -1 } }).toArray();
  return found.map(({ name, image }) => ({ name, hasImage: typeof image === 'string' }));
}

const asPlanned = products.map(({ name }) => ({ name, hasImage: true }));
const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);

describe('Filling a shop', () => {
  it('makes every product with its picture once, and leaves a shop that has products as it is', async () => {
    expect(await fillEmptyShop(filling())).toBe('filled');
    const filled = await stored();
    expect(filled.toSorted(byName)).toEqual(asPlanned.toSorted(byName));
    expect(existsSync(marker)).toBe(false);

    encoded = [];
    expect(await fillEmptyShop(filling())).toBe('left as it was');
    expect(encoded).toEqual([]);
    expect(await stored()).toEqual(filled);
  });

  it('that ended half-way is taken up again, and makes nothing twice', async () => {
    const broken = createPictures((key) =>
      key === keys[1] ? Promise.reject(new Error('no such drawing')) : encode(key),
    );
    await expect(fillEmptyShop(filling({ pictures: broken }))).rejects.toThrow('no such drawing');
    await until(async () => (await stored()).length === products.length - 1, 5_000);
    expect(existsSync(marker)).toBe(true);

    expect(await fillEmptyShop(filling())).toBe('filled');
    expect((await stored()).toSorted(byName)).toEqual(asPlanned.toSorted(byName));
    expect(existsSync(marker)).toBe(false);
  });

  it('encodes the pictures while the broker is not there yet, each of them once', async () => {
    const port = await freePort();
    const broker = new URL(harness.vhost.amqpUrl('admin'));
    const late = new URL(broker);
    late.port = String(port);
    const work = fillEmptyShop(filling({ operatorUrl: late.href }));
    expect(await until(() => encoded.length === products.length, 10_000)).toBe(true);

    const door = createServer((socket) => {
      const inside = connect(Number(broker.port), broker.hostname);
      socket.pipe(inside).pipe(socket);
      for (const end of [socket, inside]) end.on('error', () => undefined);
    }).listen(port, '127.0.0.1');
    try {
      expect(await work).toBe('filled');
      expect(encoded.toSorted()).toEqual(keys.toSorted());
    } finally {
      door.close();
    }
  });

  it('says so at once when the broker refuses the login', async () => {
    const wrong = new URL(harness.vhost.amqpUrl('admin'));
    wrong.password = 'another';
    await expect(fillEmptyShop(filling({ operatorUrl: wrong.href }))).rejects.toThrow(/ACCESS_REFUSED/);
  });
});
