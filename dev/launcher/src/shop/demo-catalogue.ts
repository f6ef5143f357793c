import { dirname, join } from 'node:path';
import { fillEmptyShop } from '@micromall/demo-catalogue/fill-shop';
import { drawOnDemand, type PictureOf } from '@micromall/demo-catalogue/studio';
import type { Shop } from './shop-types.js';

/** Fills a shop that the launcher started; see fillEmptyShop. */
export async function seedShop(shop: Shop, pictureOf: PictureOf = drawOnDemand): Promise<void> {
  const { user, password } = shop.credentials.gui;
  const address = new URL(shop.urls.amqp(user));
  address.username = user;
  address.password = password;
  const marker = join(dirname(shop.logDirectory), 'seeding');
  await fillEmptyShop({ operatorUrl: address.href, marker }, pictureOf);
}
