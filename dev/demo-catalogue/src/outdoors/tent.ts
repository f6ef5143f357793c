import { outdoorsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, placed, repeat, stroke } from '../shapes.js';

const front = 'M130 806L352 284L590 818Z';
const side = 'M352 284L688 250L888 762L590 818Z';

export function tent(): string {
  return tabletop(outdoorsBackdrop, (pen) => {
    const canvas = colours.mustard;
    return (
      standingShadow(pen, 500, 806, 390) +
      // Ropes behind.
      stroke('M352 284L74 726', shade(colours.sand, 0.25), 4) +
      stroke('M688 250L936 700', shade(colours.sand, 0.25), 4) +
      // Flank.
      path(side, pen.diagonal(tint(canvas, 0.3), [0.45, canvas], shade(canvas, 0.22))) +
      pen.clip(
        path(side, '#000'),
        path('M480 268L742 792L590 818L352 284Z', shadow(0.06)),
        path('M590 818L888 762L866 706L566 764Z', colours.terracotta),
        path('M566 764L866 706L862 696L562 754Z', gleam(0.35)),
        stroke('M470 272L718 794', shadow(0.16), 4),
        stroke('M580 261L806 778', shadow(0.14), 4),
        pen.blur(20, path('M352 284L420 276L660 806L590 818Z', shadow(0.16))),
      ) +
      windowOf(pen) +
      // Inside, then the two door flaps folded back.
      path(front, pen.radial(0.5, 0.9, 0.9, '#7a4a35', '#3c2436')) +
      pen.clip(path(front, '#000'), sleepingBag(pen)) +
      path('M352 284L130 806L232 810C262 720 318 560 352 284Z', pen.across(tint(canvas, 0.25), canvas)) +
      path(
        'M352 284C358 560 470 730 498 814L590 818Z',
        pen.across(shade(canvas, 0.04), shade(canvas, 0.16)),
      ) +
      path('M232 810C262 720 318 560 352 284C346 540 300 700 268 811Z', shade(canvas, 0.26)) +
      path('M498 814C470 730 358 560 352 284C366 520 440 680 466 813Z', shade(canvas, 0.34)) +
      path('M130 806L150 758L252 764L232 810Z', colours.terracotta) +
      path('M498 814L478 766L567 768L590 818Z', shade(colours.terracotta, 0.14)) +
      stroke('M258 690L226 672', colours.terracotta, 9) +
      stroke('M446 700L486 684', shade(colours.terracotta, 0.12), 9) +
      // Ridge and seams.
      stroke('M352 284L688 250', tint(canvas, 0.55), 7) +
      stroke('M352 284L130 806', tint(canvas, 0.5), 5) +
      stroke('M352 284L590 818', tint(canvas, 0.35), 5) +
      circle(352, 280, 11, pen.ball(colours.brass)) +
      circle(688, 248, 11, pen.ball(colours.brass)) +
      peg(74, 726) +
      peg(936, 700) +
      tuft(pen, 104, 812, 1) +
      tuft(pen, 850, 800, 1.15) +
      tuft(pen, 640, 836, 0.8)
    );
  });
}

/** A mesh window with its cover rolled up above it. */
function windowOf(pen: Pen): string {
  const opening =
    'M600 440L676 428C684 427 688 430 692 438L718 504C722 514 718 522 708 524L646 534C636 536 630 532 626 524L594 456C590 447 592 441 600 440Z';
  return (
    path(opening, pen.down('#5b4250', '#8d6a5c')) +
    pen.clip(
      path(opening, '#000'),
      stroke('M580 470L700 410M590 500L720 430M600 530L730 460M620 550L740 490', gleam(0.14), 3),
    ) +
    stroke(opening, tint(colours.mustard, 0.5), 5) +
    stroke('M590 434L682 419', shade(colours.terracotta, 0.25), 22) +
    stroke('M590 431L682 416', colours.terracotta, 15) +
    stroke('M618 437L614 416M656 431L652 410', tint(colours.mustard, 0.5), 5)
  );
}

function sleepingBag(pen: Pen): string {
  return (
    ellipse(366, 800, 120, 40, pen.ball(colours.teal)) +
    path('M262 800C280 750 450 750 470 804V830H262Z', pen.cylinder(colours.teal)) +
    repeat(3, (index) => stroke(`M${310 + index * 48} 768V824`, shadow(0.22), 4)) +
    ellipse(366, 756, 54, 20, pen.ball(colours.cream))
  );
}

function peg(x: number, y: number): string {
  return stroke(`M${x - 4} ${y - 8}L${x + 6} ${y + 24}`, shade(colours.steel, 0.35), 8);
}

function tuft(pen: Pen, x: number, y: number, scale: number): string {
  const blade = path('M-5 0C-5 -30 0 -50 4 -66C8 -44 8 -22 6 0Z', pen.down(colours.sage, colours.leaf));
  return [-34, -14, 6, 26, 44]
    .map((degrees, index) =>
      placed(x + index * 7 * scale, y, degrees, scale * (index % 2 === 0 ? 0.8 : 1), blade),
    )
    .join('');
}
