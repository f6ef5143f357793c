import { type DemoProduct, demoProducts, renderImage } from './index.js';

/** Where a product's picture comes from. */
export type PictureOf = (product: DemoProduct) => Promise<Buffer>;

export const drawOnDemand: PictureOf = renderImage;

/**
 * Begins to draw every picture at once, one after the other, in the order in which the shop is filled: drawing
 * takes seconds, which a start has while the broker boots.
 */
export function drawAhead(): PictureOf {
  const pictures = new Map<string, Promise<Buffer>>();
  let last: Promise<unknown> = Promise.resolve();
  for (const product of demoProducts.toReversed()) {
    const picture = last.then(() => renderImage(product));
    // Whoever asks for the picture hears of a failure; if nobody asks, nobody needs to.
    last = picture.catch(() => undefined);
    pictures.set(product.key, picture);
  }
  return (product) => pictures.get(product.key) ?? renderImage(product);
}
