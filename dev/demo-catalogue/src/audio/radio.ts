import { audioBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { around, circle, number, path, rect, repeat, ring, stroke } from '../shapes.js';

export function radio(): string {
  return tabletop(audioBackdrop, (pen) => {
    const paint = colours.sage;
    return (
      standingShadow(pen, 500, 814, 330) +
      // Aerial and handle.
      stroke('M760 380L872 118', shade(colours.steel, 0.45), 11) +
      stroke('M760 380L872 118', tint(colours.steel, 0.4), 6) +
      circle(873, 114, 11, pen.ball(colours.steel)) +
      stroke(
        'M262 400V330C262 300 280 284 310 284H690C720 284 738 300 738 330V400',
        shade(colours.leather, 0.45),
        32,
      ) +
      stroke(
        'M262 400V330C262 300 280 284 310 284H690C720 284 738 300 738 330V400',
        pen.across(tint(colours.leather, 0.15), colours.leather, shade(colours.leather, 0.15)),
        24,
      ) +
      stroke('M310 284H690', tint(colours.leather, 0.5), 3, { 'stroke-dasharray': '12 10' }) +
      rect(240, 352, 44, 40, pen.metal(colours.brass), { rx: 6 }) +
      rect(716, 352, 44, 40, pen.metal(colours.brass), { rx: 6 }) +
      // Feet and case.
      path('M248 780H306L292 816H262Z', pen.cylinder(colours.walnut)) +
      path('M694 780H752L738 816H708Z', pen.cylinder(colours.walnut)) +
      rect(162, 374, 676, 424, shade(paint, 0.38), { rx: 68 }) +
      rect(162, 374, 676, 414, pen.diagonal(tint(paint, 0.35), paint, shade(paint, 0.16)), { rx: 66 }) +
      rect(190, 402, 620, 358, pen.down(colours.white, colours.cream), { rx: 46 }) +
      rect(190, 402, 620, 358, 'none', {
        rx: 46,
        stroke: pen.diagonal(shade(colours.brass, 0.25), tint(colours.brass, 0.5), colours.brass),
        'stroke-width': 6,
      }) +
      pen.sheen('M184 560V450C186 410 206 392 240 388', 12, 0.55) +
      speaker(pen) +
      tuner(pen)
    );
  });
}

function speaker(pen: Pen): string {
  const x = 356;
  const y = 581;
  const dots = repeat(6, (row) => {
    const radius = row * 25;
    const count = row === 0 ? 1 : row * 6;
    return repeat(count, (index) => {
      const point = around(x, y, radius, (index * 360) / count + row * 9);
      return circle(point.x, point.y, 7.4, shade(colours.walnut, 0.5));
    });
  });
  return (
    circle(x, y, 150, pen.diagonal(shade(colours.sand, 0.16), tint(colours.sand, 0.3))) +
    circle(x, y, 142, pen.radial(0.4, 0.35, 0.75, tint(colours.sand, 0.35), shade(colours.sand, 0.06))) +
    dots +
    ring(x, y, 146, alpha(colours.brass, 0.9), 4)
  );
}

function tuner(pen: Pen): string {
  const ticks = repeat(25, (index) => {
    const long = index % 4 === 0;
    return stroke(
      `M${550 + index * 8.7} ${long ? 466 : 474}V492`,
      alpha(colours.navy, long ? 0.9 : 0.55),
      long ? 3.5 : 2,
      { 'stroke-linecap': 'butt' },
    );
  });
  const knob = (x: number, y: number, r: number, turn: number): string => {
    const mark = around(x, y, r * 0.72, turn);
    return (
      circle(x + 5, y + 8, r, shadow(0.28)) +
      circle(x, y, r, pen.metal(colours.brass)) +
      repeat(30, (index) => {
        const outer = around(x, y, r, index * 12);
        const inner = around(x, y, r - 5, index * 12);
        return stroke(
          `M${number(inner.x)} ${number(inner.y)}L${number(outer.x)} ${number(outer.y)}`,
          shade(colours.brass, 0.45),
          2.5,
        );
      }) +
      circle(
        x,
        y,
        r - 10,
        pen.diagonal(tint(colours.brass, 0.7), colours.brass, shade(colours.brass, 0.15)),
      ) +
      circle(mark.x, mark.y, 5, colours.poppy)
    );
  };
  return (
    rect(534, 440, 240, 100, shade(colours.walnut, 0.3), { rx: 20 }) +
    rect(539, 445, 230, 90, pen.down('#ffe9b5', '#fff6dc'), { rx: 16 }) +
    ticks +
    stroke('M550 510H760', alpha(colours.navy, 0.5), 2) +
    rect(668, 452, 5, 76, colours.poppy, { rx: 2 }) +
    path('M540 462C540 452 546 446 556 446H620L566 534H556C546 534 540 528 540 518Z', gleam(0.45)) +
    knob(600, 640, 62, 320) +
    knob(714, 610, 36, 40) +
    repeat(
      3,
      (index) =>
        rect(672 + index * 34, 690, 24, 34, shade(index === 1 ? colours.poppy : colours.sand, 0.3), {
          rx: 7,
        }) + rect(672 + index * 34, 686, 24, 30, index === 1 ? colours.poppy : colours.sand, { rx: 7 }),
    )
  );
}
