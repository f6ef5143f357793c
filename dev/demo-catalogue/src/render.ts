import { canvas } from './pen.js';

/** Pixels on each side of a rendered picture. */
export const imageSize = 1200;

/** SVG units are pixels at this many dots per inch. */
const dotsPerInch = 72;

/**
 * A drawing as a square WebP.
 *
 * sharp is loaded at the first call, so that whoever only wants the names and prices doesn't pay for it.
 */
export async function renderWebp(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: (dotsPerInch * imageSize) / canvas })
    .resize(imageSize, imageSize)
    .flatten()
    .webp({ quality: 84, effort: 2 })
    .toBuffer();
}
