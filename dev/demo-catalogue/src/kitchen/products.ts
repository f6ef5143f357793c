import type { DemoProduct } from '../product.js';
import { casserole } from './casserole.js';
import { choppingBoard } from './chopping-board.js';
import { frenchPress } from './french-press.js';
import { mug } from './mug.js';
import { teapot } from './teapot.js';

export const kitchenProducts: readonly DemoProduct[] = [
  {
    key: 'tideline-mug',
    name: 'Tideline Mug',
    description:
      'A generous stoneware mug, dipped by hand in sea-green glaze so that no two tidelines match. Holds 350 ml and keeps its warmth to the last sip.',
    category: 'Kitchen',
    price: 2800,
    quantity: 48,
    svg: mug,
  },
  {
    key: 'sunday-casserole',
    name: 'Sunday Casserole',
    description:
      'Five litres of enamelled cast iron for slow stews and crusty loaves. Goes from the stove to the oven to the middle of the table.',
    category: 'Kitchen',
    price: 18900,
    quantity: 12,
    svg: casserole,
  },
  {
    key: 'fern-teapot',
    name: 'Fern Teapot',
    description:
      'A round-bellied teapot with a cane-wrapped handle that stays cool and a spout that never drips. Pours four good cups.',
    category: 'Kitchen',
    price: 6900,
    quantity: 21,
    svg: teapot,
  },
  {
    key: 'morning-french-press',
    name: 'Morning French Press',
    description:
      'A litre of rich, unhurried coffee in heat-proof glass and brushed steel. The walnut handle feels as good as the first cup tastes.',
    category: 'Kitchen',
    price: 7400,
    quantity: 26,
    svg: frenchPress,
  },
  {
    key: 'walnut-board',
    name: 'Walnut Chopping Board',
    description:
      'Striped walnut and oak, oiled by hand and heavy enough to stay put. Handsome enough to serve the cheese on afterwards.',
    category: 'Kitchen',
    price: 5800,
    quantity: 33,
    svg: choppingBoard,
  },
];
