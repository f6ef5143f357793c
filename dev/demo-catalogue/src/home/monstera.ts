import { homeBackdrop } from '../backdrops.js';
import { foliage, type Growth } from '../botanical.js';
import { colours, gleam, mix, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { ellipse, number, path, stroke } from '../shapes.js';

const pot = 'M352 612H648L620 790C616 808 596 816 500 816C404 816 384 808 380 790Z';
const soil = { x: 500, y: 610 };
/** Where each leaf hangs on its stalk, those at the back first. */
const back: Growth[] = [
  { x: 420, y: 330, degrees: -24, scale: 0.92 },
  { x: 590, y: 320, degrees: 22, scale: 0.98 },
  { x: 312, y: 452, degrees: -66, scale: 0.8 },
  { x: 690, y: 446, degrees: 66, scale: 0.82 },
];
const front: Growth[] = [
  { x: 505, y: 388, degrees: -2, scale: 0.9 },
  { x: 392, y: 528, degrees: -84, scale: 0.62 },
  { x: 606, y: 524, degrees: 88, scale: 0.64 },
];

export function monstera(): string {
  return tabletop(homeBackdrop, (pen) => {
    const greens = [
      colours.forest,
      mix(colours.forest, colours.leaf, 0.5),
      shade(colours.leaf, 0.12),
      colours.forest,
    ];
    const bright = [colours.leaf, shade(colours.leaf, 0.1), mix(colours.leaf, colours.sage, 0.35)];
    return (
      standingShadow(pen, 500, 812, 140) +
      ellipse(soil.x, soil.y, 146, 26, shade(colours.cream, 0.3)) +
      ellipse(soil.x, soil.y + 3, 134, 20, '#4b3328') +
      stalks(back, shade(colours.leaf, 0.28)) +
      foliage(back, (index) => splitLeaf(pen, greens[index] ?? colours.forest)) +
      stalks(front, shade(colours.leaf, 0.1)) +
      foliage(front, (index) => splitLeaf(pen, bright[index] ?? colours.leaf)) +
      path(`${pot.slice(0, -1)}L352 612C360 642 640 642 648 612Z`, pen.cylinder(colours.terracotta)) +
      pen.clip(
        path(pot, '#000'),
        path('M340 690C400 716 600 716 660 690V726C600 752 400 752 340 726Z', pen.cylinder(colours.cream)),
        pen.blur(14, path('M340 600H660V660C600 684 400 684 340 660Z', shadow(0.16))),
        pen.blur(14, path('M620 600H680V840H560C610 780 620 700 620 600Z', shadow(0.24))),
      ) +
      path(
        'M340 604C340 640 660 640 660 604V632C660 668 340 668 340 632Z',
        pen.cylinder(tint(colours.terracotta, 0.06)),
      ) +
      stroke('M341 606C346 640 654 640 659 606', gleam(0.35), 4) +
      pen.sheen('M392 690C396 730 400 760 406 784', 16, 0.45)
    );
  });
}

function stalks(leaves: readonly Growth[], colour: string): string {
  return leaves
    .map(({ x, y }, index) => {
      const startX = soil.x + (index - (leaves.length - 1) / 2) * 18;
      return stroke(
        `M${number(startX)} ${soil.y + 8}C${number(startX)} ${number(soil.y - 90)} ${number((x + startX) / 2)} ${number(y + 60)} ${x} ${y}`,
        colour,
        10,
      );
    })
    .join('');
}

/** A heart with deep cuts, its stalk at the origin, growing upwards about 240 long. */
function splitLeaf(pen: Pen, colour: string): string {
  const right = lobes(1);
  const left = lobes(-1);
  const veins = cuts
    .map(
      ({ y }, index) =>
        `M0 ${y + 10}Q${40} ${y - 12} ${widths[index] ?? 60} ${y - 34}M0 ${y + 10}Q${-40} ${y - 12} ${-(widths[index] ?? 60)} ${y - 34}`,
    )
    .join('');
  return (
    path(`M0 0${right}`, shade(colour, 0.16)) +
    path(`M0 0${left}`, pen.diagonal(tint(colour, 0.22), colour)) +
    stroke('M0 0C4 -80 2 -160 0 -226', tint(colour, 0.38), 5) +
    stroke(veins, tint(colour, 0.24), 2.5)
  );
}

/** Heights at which a cut reaches inwards, and how near it comes to the middle. */
const cuts = [
  { y: 4, depth: 64 },
  { y: -46, depth: 52 },
  { y: -98, depth: 44 },
  { y: -148, depth: 34 },
];
/** Where the veins between the cuts end. */
const widths = [88, 84, 66, 44];

function lobes(direction: 1 | -1): string {
  const at = (x: number, y: number): string => `${number(x * direction)} ${y}`;
  return (
    `C${at(16, 34)} ${at(62, 62)} ${at(102, 40)}S${at(128, -12)} ${at(112, -18)}` +
    `Q${at(90, -6)} ${at(58, -2)}Q${at(90, -20)} ${at(124, -40)}` +
    `C${at(130, -66)} ${at(118, -84)} ${at(106, -88)}Q${at(80, -66)} ${at(50, -54)}Q${at(80, -80)} ${at(104, -108)}` +
    `C${at(102, -134)} ${at(92, -146)} ${at(82, -152)}Q${at(62, -122)} ${at(38, -106)}Q${at(60, -138)} ${at(74, -168)}` +
    `C${at(66, -186)} ${at(58, -196)} ${at(50, -200)}Q${at(42, -176)} ${at(24, -158)}Q${at(36, -184)} ${at(38, -208)}` +
    `C${at(24, -226)} ${at(8, -238)} ${at(0, -246)}Z`
  );
}
