import { kitchenBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, rect, repeat, stroke } from '../shapes.js';

const glass = 'M312 350H612V772C612 796 590 804 462 804C334 804 312 796 312 772Z';

export function frenchPress(): string {
  return tabletop(kitchenBackdrop, (pen) => {
    const steel = pen.metal(colours.steel);
    const coffee = pen.across('#3a2015', [0.25, '#7a4a2c'], [0.5, '#4d2b1a'], '#2c1710');
    const band = (y: number, height: number): string =>
      rect(304, y, 316, height, steel, { rx: 6 }) + rect(304, y, 316, 3, gleam(0.5));
    return (
      standingShadow(pen, 480, 812, 185) +
      // Handle.
      stroke(
        'M618 410H700C740 410 752 430 748 470L734 680C730 716 712 726 680 726H618',
        shade(colours.walnut, 0.35),
        40,
      ) +
      stroke(
        'M618 410H700C740 410 752 430 748 470L734 680C730 716 712 726 680 726H618',
        pen.across(colours.walnut, tint(colours.walnut, 0.2), shade(colours.walnut, 0.2)),
        32,
      ) +
      stroke('M744 468L732 660', tint(colours.walnut, 0.4), 7, { opacity: 0.6 }) +
      // Plunger rod, knob.
      rect(455, 196, 14, 190, steel) +
      circle(462, 176, 36, pen.ball(colours.walnut)) +
      ellipse(462, 212, 20, 7, shade(colours.walnut, 0.4)) +
      // Glass with coffee.
      path(glass, pen.across(gleam(0.65), gleam(0.25), gleam(0.5), alpha(colours.steel, 0.6))) +
      pen.clip(
        path(glass, '#000'),
        rect(312, 480, 300, 330, coffee),
        rect(312, 470, 300, 24, pen.across('#b98556', '#e0b285', '#b07a4c')),
        ellipse(462, 470, 150, 11, '#e7c197'),
        rect(456, 350, 12, 128, steel),
        rect(318, 430, 288, 16, steel, { rx: 8 }),
        repeat(24, (index) => rect(324 + index * 12, 432, 3, 12, alpha(colours.charcoal, 0.35))),
        rect(330, 360, 26, 440, gleam(0.5), { rx: 13 }),
        rect(366, 360, 8, 440, gleam(0.35), { rx: 4 }),
        rect(584, 360, 12, 440, gleam(0.22), { rx: 6 }),
      ) +
      stroke(glass, gleam(0.7), 4) +
      // Spout.
      path(
        'M312 350C290 346 276 352 262 372C284 378 300 392 312 420Z',
        pen.across(gleam(0.85), alpha(colours.steel, 0.7)),
      ) +
      band(388, 26) +
      band(706, 26) +
      path('M300 760H624V792C624 812 600 818 462 818C324 818 300 812 300 792Z', steel) +
      repeat(3, (index) => rect(352 + index * 100, 414, 14, 346, steel, { rx: 4 })) +
      // Lid.
      path('M330 318C340 268 380 250 462 250C544 250 584 268 594 318Z', pen.metal(colours.steel)) +
      pen.sheen('M366 306C374 284 392 272 418 268', 12, 0.7) +
      rect(298, 314, 328, 40, steel, { rx: 12 }) +
      rect(298, 314, 328, 5, gleam(0.6), { rx: 3 }) +
      rect(446, 238, 32, 18, steel, { rx: 6 })
    );
  });
}
