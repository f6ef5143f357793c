import { audioProducts } from './audio/products.js';
import { bagsProducts } from './bags/products.js';
import { deskProducts } from './desk/products.js';
import { homeProducts } from './home/products.js';
import { kitchenProducts } from './kitchen/products.js';
import { outdoorsProducts } from './outdoors/products.js';
import type { DemoProduct } from './product.js';

const categories = [
  kitchenProducts,
  audioProducts,
  bagsProducts,
  homeProducts,
  deskProducts,
  outdoorsProducts,
] as const;

/** In the order in which the shop shows them: one of each category, then the next of each, so that a page is a mix. */
export const demoProducts: readonly DemoProduct[] = Array.from(
  { length: Math.max(...categories.map((products) => products.length)) },
  (_, round) => categories.flatMap((products) => products.slice(round, round + 1)),
).flat();
