/** What the demo shop sells, and pictures of it that the project draws by itself. */
import type { DemoProduct } from './product.js';
import { renderWebp } from './render.js';

export type { DemoProduct } from './product.js';
export { demoProducts } from './products.js';

/** The product's picture as WebP, 1200 × 1200, at most 120 kB. */
export async function renderImage(product: DemoProduct): Promise<Buffer> {
  return renderWebp(product.svg());
}
