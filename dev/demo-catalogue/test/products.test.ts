import { readdirSync, readFileSync } from 'node:fs';
import { createProduct } from '@micromall/contracts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawingOf, encodePicture, fullSide } from '../src/pictures.js';
import { readDemoProducts } from '../src/products.js';

const products = readDemoProducts();

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

describe('The demo catalogue', () => {
  it('offers thirty products in six categories, each with a key and a name of its own', () => {
    expect(products).toHaveLength(30);
    expect(new Set(products.map(({ category }) => category)).size).toBe(6);
    for (const field of ['key', 'name'] as const)
      expect(repeated(products.map((product) => product[field]))).toEqual([]);
  });

  it('shows what a sold-out product and a nearly sold-out one look like', () => {
    expect(products.filter(({ quantity }) => quantity === 0)).toHaveLength(1);
    const nearlyGone = products.filter(({ quantity }) => quantity > 0 && quantity <= 3);
    expect([1, 2]).toContain(nearlyGone.length);
  });

  it('describes every product in one to three sentences', () => {
    for (const { key, description } of products) {
      const sentences = description.match(/[^.!?]+[.!?](?:\s|$)/g) ?? [];
      expect(sentences.join(''), key).toBe(description);
      expect(sentences.length, key).toBeLessThanOrEqual(3);
    }
  });

  it('has a picture for each product, each different, and no other', () => {
    const folder = readdirSync(new URL('.', drawingOf('any'))).toSorted();
    expect(folder).toEqual(products.map(({ key }) => `${key}.svg`).toSorted());
    expect(repeated(products.map(({ key }) => readFileSync(drawingOf(key), 'utf8')))).toEqual([]);
  });

  it('gives the shop pictures of 1200 by 1200, of which the most detailed is small enough to be taken', async () => {
    const sizeOf = (key: string) => readFileSync(drawingOf(key)).byteLength;
    const [detailed] = products.toSorted((one, other) => sizeOf(other.key) - sizeOf(one.key));
    const { key = '', ...product } = detailed ?? {};
    const picture = await encodePicture(key);
    expect(picture.byteLength).toBeLessThanOrEqual(120_000);
    const { format, width, height } = await sharp(picture).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: fullSide, height: fullSide });
    const request = { ...product, imageBase64: picture.toString('base64') };
    expect(createProduct.request.parse(request)).toEqual(request);
  });
});

describe.each(products.map((product) => [product.name, product] as const))('%s', (_, { key, ...product }) => {
  it('has a picture that is well-formed, runs nothing, and refers only to what it defines', () => {
    const svg = readFileSync(drawingOf(key), 'utf8');
    expect(faultsOf(svg)).toEqual([]);
    const defined = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    const used = [...svg.matchAll(/url\(([^)]*)\)/g)].map(([, target = '']) => target.replace(/^#/, ''));
    expect(repeated(defined)).toEqual([]);
    expect(used.filter((id) => !defined.includes(id))).toEqual([]);
    expect(svg).not.toMatch(
      /<(?:script|style|image|use|a|foreignObject|iframe)\b| on\w+=|href=|javascript:/i,
    );
    // The namespace is a name, and the only address.
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  it('is taken by create-product with its picture, which has something on it', async () => {
    // Small, as drawing thirty of them in full takes a minute.
    const picture = await encodePicture(key, 150);
    const { channels } = await sharp(picture).stats();
    // A backdrop alone stays below 23 in every channel; the object in the middle is what lifts it.
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(30);
    const request = { ...product, imageBase64: picture.toString('base64') };
    expect(createProduct.request.parse(request)).toEqual(request);
  });
});

/** What an XML parser would refuse, and numbers that went wrong when the picture was drawn. */
function faultsOf(svg: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9-]+="[^"<&]*")*)(\/?)>/g,
    (_, close, name, attributes, empty) => {
      const names = [...attributes.matchAll(/ ([a-zA-Z0-9-]+)=/g)].map((match) => match[1]);
      if (repeated(names).length > 0) faults.push(`an attribute of <${name}> twice`);
      if (close === '/' && open.pop() !== name) faults.push(`</${name}> without its beginning`);
      if (close === '' && empty === '') open.push(name);
      return '';
    },
  );
  if (rest !== '') faults.push(`not an element: ${rest.slice(0, 80)}`);
  if (open.length > 0) faults.push(`never closed: ${open.join(', ')}`);
  return [...faults, ...(svg.match(/NaN|undefined|Infinity|null/g) ?? [])];
}
