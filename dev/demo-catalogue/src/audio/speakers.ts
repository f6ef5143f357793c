import { audioBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, mix, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, number, path, placed, rect, repeat, ring, stroke } from '../shapes.js';

export function speakers(): string {
  return tabletop(
    audioBackdrop,
    (pen) =>
      standingShadow(pen, 690, 764, 180) +
      placed(690, 770, 0, 0.86, box(pen)) +
      standingShadow(pen, 356, 822, 196) +
      placed(346, 826, 0, 1, box(pen)),
  );
}

/** Stands on the origin: a front of 330 by 590, and the flank to its right. */
function box(pen: Pen): string {
  const wood = mix(colours.oak, colours.walnut, 0.35);
  const grain = repeat(8, (index) => {
    const x = 176 + index * 9;
    return stroke(
      `M${x} ${-590 - index * 4}C${number(x + Math.sin(index) * 9)} -400 ${number(x - Math.sin(index) * 9)} -200 ${x} 0`,
      alpha(shade(wood, 0.5), 0.3),
      index % 2 === 0 ? 2 : 4,
    );
  });
  const flank = 'M165 -590L236 -622V-34L165 0Z';
  return (
    path('M-165 -590L-84 -622H236L165 -590Z', pen.across(tint(wood, 0.5), tint(wood, 0.2))) +
    path(flank, pen.across(shade(wood, 0.16), shade(wood, 0.32))) +
    pen.clip(path(flank, '#000'), grain) +
    rect(-165, -590, 330, 590, pen.down(tint(wood, 0.2), wood), { rx: 6 }) +
    rect(
      -149,
      -574,
      298,
      558,
      pen.diagonal(tint(colours.navy, 0.14), colours.navy, shade(colours.navy, 0.22)),
      { rx: 14 },
    ) +
    stroke('M-163 -588H163', gleam(0.5), 3) +
    screws() +
    // Tweeter.
    circle(0, -462, 74, shade(colours.navy, 0.45)) +
    ring(0, -462, 72, shade(colours.steel, 0.2), 5) +
    circle(0, -462, 58, pen.radial(0.4, 0.35, 0.75, shade(colours.navy, 0.1), shade(colours.navy, 0.55))) +
    circle(0, -462, 30, pen.ball(colours.brass)) +
    // Woofer.
    circle(4, -222, 136, shadow(0.45)) +
    circle(0, -226, 134, pen.diagonal(tint(colours.steel, 0.5), shade(colours.steel, 0.4))) +
    circle(
      0,
      -226,
      124,
      pen.radial(
        0.5,
        0.5,
        0.5,
        [0.8, shade(colours.charcoal, 0.35)],
        [0.92, tint(colours.charcoal, 0.16)],
        shade(colours.charcoal, 0.4),
      ),
    ) +
    circle(
      0,
      -226,
      100,
      pen.radial(
        0.62,
        0.66,
        0.8,
        tint(colours.mustard, 0.3),
        [0.4, colours.mustard],
        shade(colours.mustard, 0.4),
      ),
    ) +
    repeat(4, (index) => ring(0, -226, 58 + index * 11, shade(colours.mustard, 0.3), 1.5)) +
    circle(3, -223, 42, shadow(0.3)) +
    circle(0, -226, 40, pen.ball(colours.charcoal)) +
    // Bass port.
    rect(-62, -66, 124, 26, shade(colours.navy, 0.65), { rx: 13 }) +
    stroke('M-50 -42H50', gleam(0.22), 3) +
    circle(124, -53, 5, '#ffd36b') +
    path('M-149 -560C-149 -570 -143 -574 -135 -574H20L-149 -190Z', gleam(0.07))
  );
}

function screws(): string {
  return [-1, 1]
    .flatMap((side) =>
      [-546, -376, -80].map(
        (y) =>
          circle(side * 124, y, 6, shade(colours.steel, 0.3)) +
          circle(side * 124 - 1, y - 1, 3, tint(colours.steel, 0.4)),
      ),
    )
    .join('');
}
