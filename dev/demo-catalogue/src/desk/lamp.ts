import { deskBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, placed, rect, stroke } from '../shapes.js';

const elbow = { x: 268, y: 470 };
const foot = { x: 390, y: 770 };
const neck = { x: 540, y: 262 };

export function lamp(): string {
  return tabletop(deskBackdrop, (pen) => {
    const paint = colours.mustard;
    const arm = (from: { x: number; y: number }, to: { x: number; y: number }): string => {
      const d = `M${from.x} ${from.y}L${to.x} ${to.y}`;
      return (
        stroke(d, shade(paint, 0.35), 26) +
        stroke(d, paint, 20) +
        stroke(d, tint(paint, 0.5), 5, { transform: 'translate(-4 -3)' })
      );
    };
    const joint = (x: number, y: number): string =>
      circle(x, y, 28, pen.ball(colours.brass)) + circle(x, y, 11, pen.ball(shade(colours.brass, 0.25)));
    return (
      lightCone(pen) +
      standingShadow(pen, 390, 810, 165) +
      // Base.
      path(
        'M222 786C222 764 298 752 390 752C482 752 558 764 558 786V796C558 816 482 824 390 824C298 824 222 816 222 796Z',
        pen.cylinder(shade(paint, 0.12)),
      ) +
      ellipse(390, 786, 168, 32, pen.across(tint(paint, 0.3), paint, shade(paint, 0.14))) +
      ellipse(390, 782, 40, 12, shade(paint, 0.4)) +
      rect(374, 742, 32, 40, pen.metal(colours.brass), { rx: 6 }) +
      arm(foot, elbow) +
      arm(elbow, neck) +
      // Spring along the upper arm.
      stroke('M300 446L412 360', shade(colours.steel, 0.5), 13, {
        'stroke-dasharray': '3 6',
        'stroke-linecap': 'butt',
      }) +
      stroke('M300 446L412 360', alpha(colours.steel, 0.9), 9, {
        'stroke-dasharray': '3 6',
        'stroke-linecap': 'butt',
      }) +
      joint(elbow.x, elbow.y) +
      joint(foot.x, foot.y - 12) +
      placed(600, 300, -34, 1, shadeOfLamp(pen)) +
      joint(neck.x, neck.y)
    );
  });
}

function lightCone(pen: Pen): string {
  const glow = pen.down(alpha('#fff1b8', 0.75), [0.55, alpha('#fff1b8', 0.35)], alpha('#fff1b8', 0));
  return (
    pen.blur(10, path('M560 452L790 300L960 860H460Z', glow)) +
    pen.blur(18, ellipse(700, 800, 230, 46, alpha('#fff3c4', 0.65)))
  );
}

/** Drawn upright around its own middle, opening downwards. */
function shadeOfLamp(pen: Pen): string {
  const paint = colours.mustard;
  return (
    ellipse(0, 152, 152, 34, pen.across('#fff6cf', '#ffe89a')) +
    circle(0, 146, 42, pen.radial(0.5, 0.5, 0.5, '#ffffff', '#fff0b0')) +
    path(
      'M-52 -70C-52 -104 52 -104 52 -70L60 -40C120 10 150 80 154 152C110 122 -110 122 -154 152C-150 80 -120 10 -60 -40Z',
      pen.cylinder(paint),
    ) +
    path(
      'M-52 -70C-52 -104 52 -104 52 -70L60 -40C20 -30 -20 -30 -60 -40Z',
      pen.cylinder(shade(paint, 0.14)),
    ) +
    stroke('M-60 -40C-20 -30 20 -30 60 -40', shadow(0.3), 4) +
    stroke('M-153 150C-110 120 110 120 153 150', tint(paint, 0.55), 6) +
    pen.sheen('M-74 0C-104 36 -120 76 -126 112', 16, 0.7) +
    stroke('M-24 -66C-18 -70 18 -70 24 -66', gleam(0.5), 4)
  );
}
