import type { DemoProduct } from '../product.js';
import { earbuds } from './earbuds.js';
import { headphones } from './headphones.js';
import { radio } from './radio.js';
import { speakers } from './speakers.js';
import { turntable } from './turntable.js';

export const audioProducts: readonly DemoProduct[] = [
  {
    key: 'arc-headphones',
    name: 'Arc Headphones',
    description:
      'Warm, detailed sound, a saddle-leather headband and cushions you forget you are wearing. Every part can be replaced.',
    category: 'Audio',
    price: 24900,
    quantity: 17,
    svg: headphones,
  },
  {
    key: 'sunset-turntable',
    name: 'Sunset Turntable',
    description:
      'A belt-driven record player in solid walnut, with a steady platter and a featherlight arm. Plug in, lower the needle, stay for the whole side.',
    category: 'Audio',
    price: 45900,
    quantity: 0,
    svg: turntable,
  },
  {
    key: 'picnic-radio',
    name: 'Picnic Radio',
    description:
      'FM, digital stations and Bluetooth behind one good-natured face. Thirty hours on a charge, and a handle made for the garden.',
    category: 'Audio',
    price: 13900,
    quantity: 24,
    svg: radio,
  },
  {
    key: 'studio-speakers',
    name: 'Studio Bookshelf Speakers',
    description:
      'A matched pair in oiled oak, tuned by ear for small rooms. The mustard cones are woven, and yes, they sound as sunny as they look.',
    category: 'Audio',
    price: 52000,
    quantity: 6,
    svg: speakers,
  },
  {
    key: 'pebble-earbuds',
    name: 'Pebble Earbuds',
    description:
      'Tiny, light and surprisingly big-hearted, in a smooth case that fits the coin pocket. Eight hours of music, and thirty more in the case.',
    category: 'Audio',
    price: 14900,
    quantity: 42,
    svg: earbuds,
  },
];
