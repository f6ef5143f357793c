import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { extent } from '../src/extent.js';
import { demoProducts, renderImage } from '../src/index.js';

describe('The demo catalogue', () => {
  it('offers at least 24 products in at least four categories', () => {
    expect(demoProducts.length).toBeGreaterThanOrEqual(24);
    expect(new Set(demoProducts.map(({ category }) => category)).size).toBeGreaterThanOrEqual(4);
  });

  it('gives every product a key, a name and a picture of its own', () => {
    for (const field of ['key', 'name'] as const)
      expect(repeated(demoProducts.map((product) => product[field]))).toEqual([]);
    const pictures = new Map(demoProducts.map((product) => [product.svg(), product.key]));
    expect([...pictures.values()]).toEqual(demoProducts.map(({ key }) => key));
  });

  it('prices in whole cents and counts in whole pieces', () => {
    const wrong = demoProducts.filter(
      ({ price, quantity }) =>
        !Number.isSafeInteger(price) || price <= 0 || !Number.isSafeInteger(quantity) || quantity < 0,
    );
    expect(wrong).toEqual([]);
  });

  it('shows what a sold-out product and a nearly sold-out one look like', () => {
    expect(demoProducts.filter(({ quantity }) => quantity === 0)).toHaveLength(1);
    const nearlyGone = demoProducts.filter(({ quantity }) => quantity > 0 && quantity <= 3);
    expect([1, 2]).toContain(nearlyGone.length);
  });

  it('describes every product in one to three sentences', () => {
    for (const { key, description } of demoProducts) {
      const sentences = description.match(/[^.!?]+[.!?](?:\s|$)/g) ?? [];
      expect(sentences.join(''), key).toBe(description);
      expect(sentences.length, key).toBeLessThanOrEqual(3);
    }
  });

  it('uses keys that fit into an address', () => {
    expect(demoProducts.filter(({ key }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(key))).toEqual([]);
  });
});

describe.each(demoProducts.map((product) => [product.name, product] as const))(
  'The picture of %s',
  (_, product) => {
    it('is drawn the same every time', () => {
      expect(product.svg()).toBe(product.svg());
    });

    it('is well-formed, and refers only to what it defines', () => {
      const svg = product.svg();
      expect(faultsOf(svg)).toEqual([]);
      const defined = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
      const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map((match) => match[1]);
      expect(repeated(defined)).toEqual([]);
      expect(used.filter((id) => !defined.includes(id))).toEqual([]);
    });

    it('becomes a WebP of 1200 by 1200 with something on it, at most 120 kB', async () => {
      const image = await renderImage(product);
      expect(image.byteLength).toBeLessThanOrEqual(120_000);
      const { format, width, height } = await sharp(image).metadata();
      expect({ format, width, height }).toEqual({ format: 'webp', width: 1200, height: 1200 });
      const { channels } = await sharp(image).stats();
      // A backdrop alone stays below 23 in every channel; the object in the middle is what lifts it.
      expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(30);
    });
  },
);

describe('The extent of drawn shapes', () => {
  it('covers boxes, rounds and curves with their strokes', () => {
    expect(extent('<rect x="10" y="20" width="30" height="40"/>')).toEqual({
      x: 10,
      y: 20,
      width: 30,
      height: 40,
    });
    expect(extent('<circle cx="50" cy="50" r="10"/><ellipse cx="50" cy="50" rx="5" ry="30"/>')).toEqual({
      x: 40,
      y: 20,
      width: 20,
      height: 60,
    });
    expect(extent('<path d="M10 10C0 20 -5.5 30 40 30H60V90Z" stroke-width="4"/>')).toEqual({
      x: -7.5,
      y: 8,
      width: 69.5,
      height: 84,
    });
  });

  it('is unknown for transforms, arcs and relative commands, rather than wrong', () => {
    expect(extent('<rect x="1" y="1" width="2" height="2" transform="rotate(9)"/>')).toBeUndefined();
    expect(extent('<path d="M0 0A5 5 0 0 1 9 9"/>')).toBeUndefined();
    expect(extent('<path d="M0 0c1 2 3 4 5 6"/>')).toBeUndefined();
    expect(extent('<g></g>')).toBeUndefined();
  });
});

function repeated<T>(values: readonly T[]): T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** What an XML parser would refuse, and numbers that went wrong on the way. */
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
