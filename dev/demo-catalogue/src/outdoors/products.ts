import type { DemoProduct } from '../product.js';
import { bicycleBell } from './bicycle-bell.js';
import { compass } from './compass.js';
import { flask } from './flask.js';
import { lantern } from './lantern.js';
import { tent } from './tent.js';

export const outdoorsProducts: readonly DemoProduct[] = [
  {
    key: 'ridge-tent',
    name: 'Ridge Tent for Two',
    description:
      'A classic ridge tent in sunny cotton canvas, quick to pitch and pleasantly cool by day. Sleeps two, with a dry corner for muddy boots.',
    category: 'Outdoors',
    price: 32900,
    quantity: 8,
    svg: tent,
  },
  {
    key: 'songbird-bell',
    name: 'Songbird Bicycle Bell',
    description:
      'A solid brass bell with a clear, friendly note that carries around corners. Fits any handlebar with one screw.',
    category: 'Outdoors',
    price: 2400,
    quantity: 85,
    svg: bicycleBell,
  },
  {
    key: 'storm-lantern',
    name: 'Storm Lantern',
    description:
      'A proper hurricane lantern for porches, campsites and power cuts. One filling glows for twenty hours, wind or no wind.',
    category: 'Outdoors',
    price: 5200,
    quantity: 30,
    svg: lantern,
  },
  {
    key: 'summit-flask',
    name: 'Summit Flask and Cup',
    description:
      'Keeps tea hot for a day in the hills and water cold for a day at the beach. Comes with an enamel cup, because sharing is half the walk.',
    category: 'Outdoors',
    price: 4200,
    quantity: 55,
    svg: flask,
  },
  {
    key: 'explorer-compass',
    name: 'Explorer Compass',
    description:
      'A pocket compass in turned brass with a hand-finished dial. Every piece is set by our watchmaker, and only a couple are ready at once.',
    category: 'Outdoors',
    price: 9800,
    quantity: 2,
    svg: compass,
  },
];
