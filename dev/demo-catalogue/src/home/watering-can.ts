import { homeBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, number, path, placed, rect, repeat, stroke } from '../shapes.js';

const body = 'M400 440L378 776C378 806 440 818 560 818C680 818 742 806 742 776L720 440Z';

export function wateringCan(): string {
  return tabletop(homeBackdrop, (pen) => {
    const paint = colours.navy;
    const handle = 'M470 430C480 250 660 210 760 320C840 410 850 600 734 690';
    const holes = repeat(3, (row) =>
      repeat(5, (index) =>
        circle(-34 + index * 17, -5 + row * 5.5 - Math.abs(index - 2), 2.6, shade(colours.brass, 0.65)),
      ),
    );
    return (
      standingShadow(pen, 560, 814, 178) +
      // Spout with its rose.
      path('M418 690L210 334L256 316L424 560Z', pen.across(tint(paint, 0.3), paint, shade(paint, 0.25))) +
      stroke('M232 340L400 640', tint(paint, 0.4), 6, { opacity: 0.7 }) +
      stroke('M306 426L444 470', shade(colours.brass, 0.35), 14) +
      stroke('M306 424L444 468', tint(colours.brass, 0.15), 8) +
      placed(
        222,
        306,
        -32,
        1,
        path('M-26 22L-62 -30H62L26 22Z', pen.metal(colours.brass)) +
          rect(-28, 16, 56, 22, pen.metal(colours.brass), { rx: 5 }) +
          ellipse(0, -32, 64, 20, shade(colours.brass, 0.3)) +
          ellipse(0, -34, 62, 19, pen.diagonal(tint(colours.brass, 0.6), colours.brass)) +
          placed(0, -34, 0, 1, holes),
      ) +
      drops() +
      stroke(handle, shade(colours.brass, 0.45), 32) +
      stroke(handle, pen.diagonal(tint(colours.brass, 0.45), colours.brass, shade(colours.brass, 0.25)), 24) +
      stroke('M486 400C506 286 640 240 736 318', gleam(0.5), 5) +
      // Body with an opening that is half covered.
      ellipse(560, 440, 160, 40, shade(paint, 0.5)) +
      path(`${body.slice(0, -1)}C700 488 420 488 400 440Z`, pen.cylinder(paint)) +
      path(
        'M400 440C400 386 720 386 720 440C660 410 600 420 560 478C470 476 404 462 400 440Z',
        pen.across(tint(paint, 0.3), paint),
      ) +
      pen.clip(
        path(body, '#000'),
        path('M370 560C440 592 680 592 750 560V582C680 614 440 614 370 582Z', pen.metal(colours.brass)),
        path('M370 760C440 792 680 792 750 760V782C680 814 440 814 370 782Z', alpha(shade(paint, 0.4), 0.6)),
        pen.blur(18, path('M700 440H770V830H620C690 780 706 620 700 440Z', shadow(0.3))),
      ) +
      stroke('M400 442C412 486 708 486 720 442', tint(paint, 0.35), 6) +
      pen.sheen('M436 510L424 730', 20, 0.45) +
      circle(734, 690, 16, pen.ball(colours.brass))
    );
  });
}

function drops(): string {
  const places = [
    [150, 372, 1],
    [116, 440, 0.8],
    [176, 452, 0.9],
    [136, 520, 0.65],
  ] as const;
  return places
    .map(([x, y, scale]) =>
      placed(
        x,
        y,
        8,
        scale,
        path('M0 -26C14 -4 18 4 18 14A18 18 0 0 1 -18 14C-18 4 -14 -4 0 -26Z', colours.sky),
        path(`M${number(-8)} 8A9 9 0 0 0 -2 22`, 'none', { stroke: gleam(0.8), 'stroke-width': 4 }),
      ),
    )
    .join('');
}
