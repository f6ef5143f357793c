import { earbuds } from './audio/earbuds.js';
import { headphones } from './audio/headphones.js';
import { radio } from './audio/radio.js';
import { speakers } from './audio/speakers.js';
import { turntable } from './audio/turntable.js';
import { backpack } from './bags/backpack.js';
import { satchel } from './bags/satchel.js';
import { suitcase } from './bags/suitcase.js';
import { tote } from './bags/tote.js';
import { weekender } from './bags/weekender.js';
import { fountainPen } from './desk/fountain-pen.js';
import { keyboard } from './desk/keyboard.js';
import { lamp } from './desk/lamp.js';
import { notebook } from './desk/notebook.js';
import { pencilCup } from './desk/pencil-cup.js';
import { alarmClock } from './home/alarm-clock.js';
import { candle } from './home/candle.js';
import { monstera } from './home/monstera.js';
import { vase } from './home/vase.js';
import { wateringCan } from './home/watering-can.js';
import { casserole } from './kitchen/casserole.js';
import { choppingBoard } from './kitchen/chopping-board.js';
import { frenchPress } from './kitchen/french-press.js';
import { mug } from './kitchen/mug.js';
import { teapot } from './kitchen/teapot.js';
import { bicycleBell } from './outdoors/bicycle-bell.js';
import { compass } from './outdoors/compass.js';
import { flask } from './outdoors/flask.js';
import { lantern } from './outdoors/lantern.js';
import { tent } from './outdoors/tent.js';

export interface DemoProduct {
  /** Names the product in scripts and tests; never changes. */
  key: string;
  name: string;
  description: string;
  category: string;
  /** Integer, minor units (cents of SGD). */
  price: number;
  /** How many the shop starts with. */
  quantity: number;
  /** Draws the picture: a square SVG document, the same text at every call. */
  svg(): string;
}

/** In the order in which the shop shows them: neighbours come from different categories. */
export const demoProducts: readonly DemoProduct[] = [
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
    key: 'walnut-board',
    name: 'Walnut Chopping Board',
    description:
      'Striped walnut and oak, oiled by hand and heavy enough to stay put. Handsome enough to serve the cheese on afterwards.',
    category: 'Kitchen',
    price: 5800,
    quantity: 33,
    svg: choppingBoard,
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
