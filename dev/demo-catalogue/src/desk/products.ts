import type { DemoProduct } from '../product.js';
import { fountainPen } from './fountain-pen.js';
import { keyboard } from './keyboard.js';
import { lamp } from './lamp.js';
import { notebook } from './notebook.js';
import { pencilCup } from './pencil-cup.js';

export const deskProducts: readonly DemoProduct[] = [
  {
    key: 'goldfinch-lamp',
    name: 'Goldfinch Desk Lamp',
    description:
      'A balanced-arm lamp that stays exactly where you put it. The warm, dimmable light is kind to late letters and early sketches.',
    category: 'Desk',
    price: 12900,
    quantity: 19,
    svg: lamp,
  },
  {
    key: 'compact-keyboard',
    name: 'Compact Keyboard',
    description:
      'A small mechanical keyboard with soft-sounding switches and a curly cable that tidies itself. Blank keys, for people whose fingers already know.',
    category: 'Desk',
    price: 16900,
    quantity: 15,
    svg: keyboard,
  },
  {
    key: 'heron-fountain-pen',
    name: 'Heron Fountain Pen',
    description:
      'A teal lacquered pen with a springy gold-plated nib that makes even shopping lists look considered. Takes cartridges or bottled ink.',
    category: 'Desk',
    price: 8900,
    quantity: 11,
    svg: fountainPen,
  },
  {
    key: 'hillside-notebook',
    name: 'Hillside Notebook',
    description:
      'Two hundred dotted pages that lie flat and do not mind fountain pens. Linen cover, gold-stamped hills, and a ribbon so you never lose your place.',
    category: 'Desk',
    price: 2200,
    quantity: 120,
    svg: notebook,
  },
  {
    key: 'terrazzo-pencil-cup',
    name: 'Terrazzo Pencil Cup',
    description:
      'Cast by hand from pale stone and colourful chips, so each one has its own confetti. Heavy enough for scissors and rulers.',
    category: 'Desk',
    price: 3200,
    quantity: 37,
    svg: pencilCup,
  },
];
