import type { DemoProduct } from '../product.js';
import { backpack } from './backpack.js';
import { satchel } from './satchel.js';
import { suitcase } from './suitcase.js';
import { tote } from './tote.js';
import { weekender } from './weekender.js';

export const bagsProducts: readonly DemoProduct[] = [
  {
    key: 'ranger-backpack',
    name: 'Ranger Backpack',
    description:
      'Waxed canvas, brass buckles and room for a laptop, a jumper and lunch. It shrugs off a sudden shower and looks better every year.',
    category: 'Bags',
    price: 15900,
    quantity: 22,
    svg: backpack,
  },
  {
    key: 'harbour-tote',
    name: 'Harbour Tote',
    description:
      'Heavy organic canvas with a sunset printed by hand. Carries the market home and stands up by itself while you look for your keys.',
    category: 'Bags',
    price: 3900,
    quantity: 64,
    svg: tote,
  },
  {
    key: 'overnight-weekender',
    name: 'Overnight Weekender',
    description:
      'Two days of clothes, one bag, no queue at the belt. Navy canvas on a full leather base, with a pocket just for shoes.',
    category: 'Bags',
    price: 21900,
    quantity: 9,
    svg: weekender,
  },
  {
    key: 'courier-satchel',
    name: 'Courier Satchel',
    description:
      'Full-grain leather, cut thick and stitched by two people at one bench. We make only a few at a time, so the last ones go quickly.',
    category: 'Bags',
    price: 27900,
    quantity: 3,
    svg: satchel,
  },
  {
    key: 'lagoon-cabin-case',
    name: 'Lagoon Cabin Case',
    description:
      'A ribbed hard shell with leather corners and wheels that glide without a sound. Sized for the overhead locker of every airline we know.',
    category: 'Bags',
    price: 29900,
    quantity: 10,
    svg: suitcase,
  },
];
