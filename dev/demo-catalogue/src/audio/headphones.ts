import { audioBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, group, path, placed, rect, repeat, stroke } from '../shapes.js';

const band = 'M262 560C210 40 790 40 738 560';
const crown = 'M312 330C360 160 640 160 688 330';

export function headphones(): string {
  return tabletop(
    audioBackdrop,
    (pen) =>
      standingShadow(pen, 270, 814, 78) +
      standingShadow(pen, 730, 814, 78) +
      // Steel hoop, then the padded crown.
      stroke(band, shade(colours.steel, 0.5), 24) +
      stroke(
        band,
        pen.across(
          shade(colours.steel, 0.1),
          tint(colours.steel, 0.7),
          colours.steel,
          tint(colours.steel, 0.4),
          shade(colours.steel, 0.3),
        ),
        15,
      ) +
      stroke(crown, shade(colours.leather, 0.45), 62) +
      stroke(
        crown,
        pen.across(
          tint(colours.leather, 0.12),
          tint(colours.leather, 0.26),
          colours.leather,
          shade(colours.leather, 0.25),
        ),
        52,
      ) +
      stroke('M300 318C352 142 648 142 700 318', tint(colours.leather, 0.5), 3, {
        'stroke-dasharray': '11 9',
      }) +
      stroke('M330 338C376 182 624 182 670 338', shade(colours.leather, 0.4), 3, {
        'stroke-dasharray': '11 9',
      }) +
      placed(268, 640, -5, 1, cup(pen)) +
      group({ transform: 'translate(1000 0) scale(-1 1)' }, placed(268, 640, -5, 1, cup(pen))),
  );
}

/** The left cup, seen half from the front, around the origin: cushion to the right, shell to the left. */
function cup(pen: Pen): string {
  const shell = colours.navy;
  return (
    // Yoke.
    rect(-22, -250, 30, 120, pen.metal(colours.steel), { rx: 12 }) +
    repeat(4, (index) => rect(-16, -232 + index * 16, 18, 3, shadow(0.3))) +
    stroke('M-70 -20C-76 -160 60 -180 64 -40', shade(colours.steel, 0.45), 20) +
    stroke(
      'M-70 -20C-76 -160 60 -180 64 -40',
      pen.across(tint(colours.steel, 0.5), colours.steel, shade(colours.steel, 0.25)),
      13,
    ) +
    // Cushion.
    path(
      'M4 -160C96 -170 138 -90 138 0C138 96 94 168 4 166Z',
      pen.across(colours.leather, tint(colours.leather, 0.2), shade(colours.leather, 0.35)),
    ) +
    stroke('M44 -152C112 -120 118 110 46 156', shade(colours.leather, 0.4), 4) +
    pen.sheen('M98 -96C120 -50 120 40 102 92', 11, 0.35) +
    // Shell.
    ellipse(4, 0, 92, 168, shade(shell, 0.45)) +
    ellipse(-14, 0, 92, 168, pen.radial(0.3, 0.25, 0.95, tint(shell, 0.4), [0.5, shell], shade(shell, 0.4))) +
    ellipse(-24, 0, 68, 134, 'none', {
      stroke: pen.down(tint(colours.brass, 0.5), shade(colours.brass, 0.15)),
      'stroke-width': 8,
    }) +
    ellipse(-26, 0, 58, 122, pen.radial(0.35, 0.28, 0.9, tint(shell, 0.26), shade(shell, 0.3))) +
    ellipse(-28, 0, 20, 44, pen.ball(colours.brass)) +
    circle(-72, -14, 13, pen.ball(colours.steel)) +
    pen.sheen('M-72 -94C-56 -130 -36 -146 -14 -150', 10, 0.6) +
    stroke('M-96 30C-94 70 -84 104 -70 128', gleam(0.25), 4)
  );
}
