import { outdoorsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, rect, stroke } from '../shapes.js';

const body =
  'M320 420C320 366 366 340 386 320H534C554 340 600 366 600 420V772C600 804 570 816 460 816C350 816 320 804 320 772Z';
const cup = 'M640 640L656 790C658 808 690 816 730 816C770 816 802 808 804 790L820 640Z';

export function flask(): string {
  return tabletop(outdoorsBackdrop, (pen) => {
    const paint = pen.cylinder(colours.terracotta);
    return (
      standingShadow(pen, 462, 810, 142) +
      standingShadow(pen, 730, 810, 80) +
      // Lid with its loop.
      stroke('M398 212C398 130 522 130 522 212', shade(colours.charcoal, 0.3), 32) +
      stroke(
        'M398 212C398 130 522 130 522 212',
        pen.across(tint(colours.charcoal, 0.25), colours.charcoal),
        24,
      ) +
      rect(380, 204, 160, 88, pen.cylinder(colours.charcoal), { rx: 18 }) +
      [0, 1, 2, 3, 4, 5, 6, 7, 8]
        .map((index) => rect(394 + index * 16, 222, 5, 56, shadow(0.3), { rx: 2 }))
        .join('') +
      rect(388, 288, 144, 36, pen.metal(colours.steel)) +
      rect(388, 300, 144, 3, shadow(0.25)) +
      path(body, paint) +
      pen.clip(
        path(body, '#000'),
        mountains(),
        rect(310, 770, 300, 60, pen.cylinder(shade(colours.charcoal, 0.05))),
      ) +
      pen.clip(
        path(body, '#000'),
        pen.blur(18, rect(560, 330, 80, 500, shadow(0.3))),
        pen.blur(9, rect(356, 396, 26, 360, gleam(0.5), { rx: 13 })),
        rect(396, 410, 7, 330, gleam(0.28), { rx: 4 }),
      ) +
      stroke('M386 322H534', gleam(0.4), 4) +
      steelCup(pen)
    );
  });
}

/** Painted around the flask: a sun and three ranges. */
function mountains(): string {
  return (
    circle(506, 506, 44, colours.mustard) +
    path('M300 640L386 520L440 590L500 530L620 660V800H300Z', shade(colours.terracotta, 0.28), {
      opacity: 0.75,
    }) +
    path('M300 690L360 610L430 690L520 610L620 700V800H300Z', colours.plum, { opacity: 0.65 }) +
    path('M300 740C380 690 430 740 500 712S590 700 620 720V800H300Z', colours.navy, { opacity: 0.85 }) +
    path('M386 520L406 546L388 552L370 543Z', tint(colours.terracotta, 0.75))
  );
}

function steelCup(pen: Pen): string {
  return (
    path(cup, pen.cylinder(colours.cream)) +
    pen.clip(
      path(cup, '#000'),
      pen.blur(10, rect(790, 630, 50, 200, shadow(0.25))),
      rect(640, 776, 180, 6, shade(colours.terracotta, 0.05)),
    ) +
    ellipse(730, 640, 90, 20, pen.across(tint(colours.terracotta, 0.2), colours.terracotta)) +
    ellipse(730, 642, 78, 14, pen.across('#8f897c', '#d8d2c4')) +
    ellipse(730, 647, 70, 9, pen.across('#4a2a1a', '#764729')) +
    pen.sheen('M668 680L676 770', 11, 0.7)
  );
}
