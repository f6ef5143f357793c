import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Pixels on each side of the picture that the shop gets. */
export const fullSide = 1200;
/** The drawings are this many units wide and high. */
const drawingSide = 1000;
/** SVG units are pixels at this many dots per inch. */
const dotsPerInch = 72;

/** Where the drawing of a product lies. */
export function drawingOf(key: string): URL {
  return new URL(`../pictures/${key}.svg`, import.meta.url);
}

/**
 * A drawing of `pictures/` as a square WebP. Rejects when it can't be read or decoded.
 * @param side in pixels
 */
export async function encodePicture(key: string, side: number = fullSide): Promise<Buffer> {
  return await sharp(await readFile(drawingOf(key)), { density: (dotsPerInch * side) / drawingSide })
    .resize(side, side)
    .flatten()
    .webp({ quality: 84, effort: 2 })
    .toBuffer();
}

/** The encoded picture of a product. */
export type PictureOf = (key: string) => Promise<Buffer>;

export interface Pictures {
  /** Encodes each picture at most once. */
  readonly pictureOf: PictureOf;
  /** Begins to encode these, one after another. */
  encodeAhead(keys: readonly string[]): void;
}

export function createPictures(encode: PictureOf = (key) => encodePicture(key)): Pictures {
  const encoded = new Map<string, Promise<Buffer>>();

  function pictureOf(key: string): Promise<Buffer> {
    const known = encoded.get(key) ?? encode(key);
    encoded.set(key, known);
    return known;
  }

  async function encodeAll(keys: readonly string[]): Promise<void> {
    // Whoever asks for the picture gets the error.
    for (const key of keys) await pictureOf(key).catch(() => undefined);
  }

  return { pictureOf, encodeAhead: (keys) => void encodeAll(keys) };
}
