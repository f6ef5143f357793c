import type { DemoProduct } from '../product.js';
import { alarmClock } from './alarm-clock.js';
import { candle } from './candle.js';
import { monstera } from './monstera.js';
import { vase } from './vase.js';
import { wateringCan } from './watering-can.js';

export const homeProducts: readonly DemoProduct[] = [
  {
    key: 'monstera-in-terracotta',
    name: 'Monstera in Terracotta',
    description:
      'A leafy young monstera, already settled in a striped terracotta pot. Happy with bright shade and a drink once a week.',
    category: 'Home',
    price: 4500,
    quantity: 14,
    svg: monstera,
  },
  {
    key: 'daybreak-clock',
    name: 'Daybreak Alarm Clock',
    description:
      'Two brass bells, one honest ring. A quiet movement lets you sleep until it is time, and the hands glow softly in the dark.',
    category: 'Home',
    price: 5900,
    quantity: 27,
    svg: alarmClock,
  },
  {
    key: 'amber-candle',
    name: 'Amber Garden Candle',
    description:
      'Soy wax scented with fig leaf and cedar, poured into amber glass. Burns for fifty quiet hours and comes with a wooden lid.',
    category: 'Home',
    price: 3600,
    quantity: 40,
    svg: candle,
  },
  {
    key: 'dune-vase',
    name: 'Dune Vase',
    description:
      'A speckled stoneware vase with a narrow neck that flatters a single stem. Shown with eucalyptus and dried grass, which are not included.',
    category: 'Home',
    price: 6200,
    quantity: 18,
    svg: vase,
  },
  {
    key: 'long-reach-watering-can',
    name: 'Long-Reach Watering Can',
    description:
      'Five litres of powder-coated steel with a brass rose for gentle rain. The long spout finds the pot at the very back.',
    category: 'Home',
    price: 5400,
    quantity: 16,
    svg: wateringCan,
  },
];
