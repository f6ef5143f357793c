import { dirname, join } from 'node:path';
import { drawOnDemand, type PictureOf } from './demo-catalogue/studio.js';
import { fillEmptyShop } from './fill-shop.js';
import type { Shop } from './launcher/shop-types.js';

/** Fills a shop that the launcher started; see fillEmptyShop. */
export async function seedShop(shop: Shop, pictureOf: PictureOf = drawOnDemand): Promise<void> {
  const { user, password } = shop.credentials.gui;
  const address = new URL(shop.urls.amqp(user));
  address.username = user;
  address.password = password;
  const marker = join(dirname(shop.logDirectory), 'seeding');
  await fillEmptyShop({ operatorUrl: address.href, marker }, pictureOf);
}
