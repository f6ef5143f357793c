import { deskBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { flatLay } from '../scene.js';
import { circle, path, rect, repeat, stroke, turned } from '../shapes.js';

export function fountainPen(): string {
  return flatLay(
    deskBackdrop,
    (pen) =>
      turned(
        -8,
        500,
        500,
        pen.lying(9, rect(190, 190, 560, 640, pen.diagonal(colours.white, colours.cream), { rx: 6 })),
        flourish(),
      ) + turned(-42, 500, 500, pen.lying(15, body(pen)), pen.lying(15, cap(pen))),
  );
}

/** What it has just written on the sheet. */
function flourish(): string {
  const loops = repeat(5, (index) => `c30 -20 52 -96 20 -100s-22 84 ${index === 4 ? '60 92' : '28 100'}`);
  return (
    stroke(`M246 372${loops}`, colours.navy, 6) + stroke('M262 424C330 404 420 404 500 420', colours.navy, 4)
  );
}

/** Lies along the x axis, the nib to the left. */
function body(pen: Pen): string {
  const lacquer = colours.teal;
  const gold = pen.metalBar(colours.brass);
  return (
    // Nib.
    path(
      'M62 520C110 498 160 482 232 480V560C160 558 110 542 62 520Z',
      pen.down(tint(colours.brass, 0.6), colours.brass, shade(colours.brass, 0.3)),
    ) +
    stroke('M70 520H176', shade(colours.brass, 0.55), 3) +
    circle(182, 520, 8, shade(colours.brass, 0.6)) +
    path('M120 500C160 490 190 488 232 487V498C190 498 150 502 120 500Z', gleam(0.55)) +
    // Section and barrel.
    path('M226 482C270 470 300 470 356 466V574C300 570 270 570 226 558Z', pen.metalBar(colours.charcoal)) +
    rect(352, 460, 18, 120, gold, { rx: 4 }) +
    path(
      'M370 458H760C860 460 900 480 914 508C918 516 918 524 914 532C900 560 860 580 760 582H370Z',
      pen.down(
        shade(lacquer, 0.15),
        [0.22, tint(lacquer, 0.45)],
        [0.42, lacquer],
        [0.85, shade(lacquer, 0.38)],
        [1, shade(lacquer, 0.2)],
      ),
    ) +
    rect(392, 474, 400, 12, gleam(0.5), { rx: 6 }) +
    rect(760, 459, 10, 122, gold) +
    path('M884 476C904 488 914 500 916 512C918 524 916 536 904 548C898 552 890 558 884 562Z', gold)
  );
}

/** Lies beside the barrel. */
function cap(pen: Pen): string {
  const lacquer = colours.teal;
  const gold = pen.metalBar(colours.brass);
  return (
    path(
      'M430 652H640C690 654 716 676 716 712C716 748 690 770 640 772H430Z',
      pen.down(
        shade(lacquer, 0.15),
        [0.22, tint(lacquer, 0.45)],
        [0.42, lacquer],
        [0.85, shade(lacquer, 0.38)],
        [1, shade(lacquer, 0.2)],
      ),
    ) +
    rect(424, 648, 34, 128, gold, { rx: 5 }) +
    rect(464, 650, 6, 124, gold) +
    rect(476, 668, 170, 10, gleam(0.5), { rx: 5 }) +
    path('M690 672C708 684 716 698 716 712C716 726 708 740 690 752Z', gold) +
    // Clip.
    rect(504, 708, 200, 18, shadow(0.35), { rx: 9 }) +
    path('M704 698H520C500 698 492 706 492 712C492 718 500 722 520 720H704Z', gold) +
    circle(506, 710, 13, pen.ball(colours.brass))
  );
}
