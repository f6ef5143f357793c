import { kitchenBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, scatter, stroke } from '../shapes.js';

const body = 'M245 366L262 722C266 790 312 818 425 818C538 818 584 790 588 722L605 366Z';
const rim = { cx: 425, cy: 366, rx: 180, ry: 40 };
const handle = 'M590 440C760 410 780 690 570 706';

export function mug(): string {
  return tabletop(kitchenBackdrop, (pen) => {
    const clay = pen.cylinder(colours.cream);
    const glaze = pen.cylinder(colours.teal);
    const specks = scatter(70, 11)
      .map(({ x, y, size }) =>
        circle(240 + x * 370, 560 + y * 260, 1.5 + size * 3, alpha(colours.walnut, 0.35)),
      )
      .join('');
    const dip =
      'M230 330H620V590C600 640 570 600 540 602C500 604 490 668 452 664C420 660 410 596 370 598C335 600 330 640 300 636C270 632 262 600 230 606Z';
    return (
      standingShadow(pen, 430, 812, 170) +
      stroke(handle, shade(colours.teal, 0.22), 54) +
      stroke(handle, pen.down(tint(colours.teal, 0.18), colours.teal, shade(colours.teal, 0.2)), 46) +
      pen.sheen('M610 462C712 452 738 580 690 640', 10, 0.5) +
      path(body, clay) +
      pen.clip(
        path(body, '#000'),
        specks,
        path(dip, shadow(0.16), { transform: 'translate(4 10)' }),
        path(dip, glaze),
      ) +
      pen.clip(
        path(body, '#000'),
        pen.blur(20, path('M590 360H640V840H480C580 800 590 600 590 360Z', shadow(0.22))),
      ) +
      pen.sheen('M298 440C300 520 304 600 312 690', 22, 0.55) +
      ellipse(rim.cx, rim.cy, rim.rx, rim.ry, pen.across(tint(colours.teal, 0.35), colours.teal)) +
      ellipse(
        rim.cx,
        rim.cy + 3,
        rim.rx - 14,
        rim.ry - 9,
        pen.across(shade(colours.teal, 0.45), shade(colours.teal, 0.1)),
      ) +
      pen.clip(
        ellipse(rim.cx, rim.cy + 3, rim.rx - 14, rim.ry - 9, '#000'),
        ellipse(rim.cx, rim.cy + 22, rim.rx - 20, rim.ry - 10, pen.across('#3f2418', '#6b4028')),
        ellipse(rim.cx - 40, rim.cy + 22, 70, 8, gleam(0.16)),
      ) +
      pen.blur(
        7,
        stroke('M385 320C350 270 420 240 390 180C375 150 390 130 400 110', gleam(0.6), 16),
        stroke('M465 322C440 280 500 255 470 205C460 185 470 170 476 156', gleam(0.5), 13),
      )
    );
  });
}
