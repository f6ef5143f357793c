import { bagsBackdrop } from '../backdrops.js';
import { colours, gleam, mix, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, path, rect, repeat, stroke } from '../shapes.js';

const body =
  'M150 560C150 470 200 430 280 424H720C800 430 850 470 850 560V720C850 786 820 816 760 816H240C180 816 150 786 150 720Z';

export function weekender(): string {
  return tabletop(bagsBackdrop, (pen) => {
    const cloth = mix(colours.navy, colours.teal, 0.25);
    const leather = colours.leather;
    const strapPaint = pen.across(tint(leather, 0.18), leather, shade(leather, 0.22));
    const handle = (d: string, deep: number): string =>
      stroke(d, shade(leather, 0.45 + deep), 32) +
      stroke(d, shade(leather, deep), 24) +
      stroke(d, tint(leather, 0.4), 2.5, { 'stroke-dasharray': '10 8' });
    return (
      standingShadow(pen, 500, 812, 345) +
      handle('M350 470C350 190 650 190 650 470', 0.22) +
      path(body, pen.down(tint(cloth, 0.3), [0.35, cloth], shade(cloth, 0.35))) +
      pen.clip(
        path(body, '#000'),
        pen.blur(20, path('M780 420H860V820H740C800 740 806 560 780 420Z', shadow(0.32))),
        pen.blur(
          14,
          stroke('M280 500C270 600 284 700 270 780', shadow(0.25), 18),
          stroke('M500 640C510 700 490 760 504 800', shadow(0.2), 16),
        ),
        // Leather bottom and end caps.
        path('M140 716C300 736 700 736 860 716V830H140Z', pen.down(tint(leather, 0.1), shade(leather, 0.3))),
        stroke('M140 732C300 752 700 752 860 732', tint(leather, 0.45), 3, { 'stroke-dasharray': '12 9' }),
        path(
          'M140 420H206C190 480 190 560 200 640L140 650Z',
          pen.across(tint(leather, 0.05), shade(leather, 0.2)),
        ),
        path(
          'M860 420H794C810 480 810 560 800 640L860 650Z',
          pen.across(shade(leather, 0.15), shade(leather, 0.4)),
        ),
      ) +
      // Zip along the top.
      path('M256 426C300 396 700 396 744 426C700 448 300 448 256 426Z', shade(cloth, 0.4)) +
      stroke('M278 424C340 410 660 410 722 424', colours.brass, 6, {
        'stroke-dasharray': '6 5',
        'stroke-linecap': 'butt',
      }) +
      // Straps run down the front and under the bag.
      [330, 632]
        .map(
          (x) =>
            rect(x + 6, 440, 42, 376, shadow(0.26)) +
            rect(x, 432, 40, 384, strapPaint) +
            stroke(`M${x + 6} 440V812M${x + 34} 440V812`, tint(leather, 0.45), 2.5, {
              'stroke-dasharray': '9 7',
            }),
        )
        .join('') +
      handle('M350 500C344 240 656 240 652 500', 0) +
      [350, 652].map((x) => buckle(pen, x)).join('') +
      stroke('M440 322C470 302 530 302 562 322', shade(leather, 0.2), 42) +
      stroke('M440 318C470 298 530 298 562 318', tint(leather, 0.1), 30) +
      luggageTag(pen) +
      pen.sheen('M232 470C300 452 420 448 520 448', 12, 0.35)
    );
  });
}

function buckle(pen: Pen, x: number): string {
  return (
    rect(x - 28, 496, 56, 44, 'none', { rx: 9, stroke: shade(colours.brass, 0.4), 'stroke-width': 12 }) +
    rect(x - 28, 496, 56, 44, 'none', {
      rx: 9,
      stroke: pen.diagonal(tint(colours.brass, 0.6), colours.brass),
      'stroke-width': 7,
    }) +
    repeat(2, (index) => circle(x, 570 + index * 110, 8, pen.ball(colours.brass)))
  );
}

function luggageTag(pen: Pen): string {
  return (
    stroke('M690 440C720 470 736 500 740 530', shade(colours.leather, 0.35), 8) +
    path(
      'M722 534L760 530C768 530 772 534 774 542L784 626C786 636 780 642 772 643L732 647C722 648 716 642 716 634L712 548C712 540 714 536 722 534Z',
      shadow(0.25),
      { transform: 'translate(5 7)' },
    ) +
    path(
      'M722 534L760 530C768 530 772 534 774 542L784 626C786 636 780 642 772 643L732 647C722 648 716 642 716 634L712 548C712 540 714 536 722 534Z',
      pen.face(colours.mustard),
    ) +
    circle(742, 550, 7, shade(colours.mustard, 0.5)) +
    path('M728 574L764 570L768 624L734 628Z', gleam(0.6))
  );
}
