import { deskBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, placed, rect, repeat, ring, scatter, stroke } from '../shapes.js';

const cup = 'M320 500L336 780C338 806 400 820 490 820C580 820 642 806 644 780L660 500Z';

export function pencilCup(): string {
  return tabletop(deskBackdrop, (pen) => {
    const stone = '#d9d3cb';
    // Chips sit in a loose grid: evenly spread, yet not in rows.
    const terrazzo = scatter(56, 29)
      .map(({ x, y, size }, index) =>
        chip(306 + ((index % 8) + x) * 46, 520 + (Math.floor(index / 8) + y) * 43, 6 + size * 11, index),
      )
      .join('');
    return (
      standingShadow(pen, 490, 812, 160) +
      ellipse(490, 500, 170, 36, shade(stone, 0.45)) +
      placed(590, 540, 14, 1, ruler(pen)) +
      placed(410, 540, -17, 1, pencil(pen, colours.poppy, 330)) +
      placed(522, 540, 5, 1, brush(pen)) +
      placed(462, 540, -5, 1, pencil(pen, colours.mustard, 380)) +
      placed(370, 540, -26, 1, pencil(pen, colours.forest, 250)) +
      placed(560, 540, 24, 1, scissors(pen)) +
      path(`${cup.slice(0, -1)}C650 546 330 546 320 500Z`, pen.cylinder(stone)) +
      pen.clip(
        path(`${cup.slice(0, -1)}C650 546 330 546 320 500Z`, '#000'),
        terrazzo,
        pen.blur(16, path('M640 480H700V840H540C620 800 640 660 640 480Z', shadow(0.22))),
        pen.blur(12, rect(356, 540, 36, 250, gleam(0.5), { rx: 18 })),
      ) +
      stroke('M320 501C334 546 646 546 660 501', tint(stone, 0.7), 6)
    );
  });
}

function chip(x: number, y: number, size: number, index: number): string {
  const paints = [colours.terracotta, colours.teal, colours.mustard, colours.navy, colours.white];
  const colour = paints[index % paints.length] ?? colours.navy;
  return placed(x, y, index * 47, size / 10, path('M-10 -4L-2 -9L9 -3L6 7L-5 8Z', alpha(colour, 0.85)));
}

/** Stands on the origin, `height` tall without its tip. */
function pencil(pen: Pen, colour: string, height: number): string {
  return (
    rect(-20, -height, 13, height, tint(colour, 0.22)) +
    rect(-7, -height, 15, height, colour) +
    rect(8, -height, 12, height, shade(colour, 0.24)) +
    path(
      `M-20 ${-height}L0 ${-height - 72}L20 ${-height}C14 ${-height - 8} 10 ${-height - 8} 8 ${-height}C4 ${-height - 9} -3 ${-height - 9} -7 ${-height}C-11 ${-height - 8} -16 ${-height - 8} -20 ${-height}Z`,
      pen.across(tint(colours.sand, 0.4), colours.sand, shade(colours.sand, 0.2)),
    ) +
    path(`M-7 ${-height - 47}L0 ${-height - 72}L7 ${-height - 47}Z`, shade(colour, 0.2))
  );
}

function brush(pen: Pen): string {
  return (
    path('M-9 0L-14 -300H14L9 0Z', pen.cylinder(colours.walnut)) +
    rect(-17, -350, 34, 58, pen.metal(colours.brass), { rx: 3 }) +
    rect(-17, -312, 34, 4, shadow(0.3)) +
    path(
      'M-16 -350C-30 -390 -14 -420 0 -450C14 -420 30 -390 16 -350Z',
      pen.across(tint(colours.charcoal, 0.25), colours.charcoal),
    ) +
    path('M-17 -410C-10 -426 -4 -438 0 -450C8 -434 14 -424 18 -410C8 -402 -8 -402 -17 -410Z', colours.sky)
  );
}

function ruler(pen: Pen): string {
  return (
    rect(-30, -330, 60, 330, pen.across(tint(colours.oak, 0.25), colours.oak), { rx: 6 }) +
    repeat(16, (index) =>
      rect(
        30 - (index % 2 === 0 ? 26 : 15),
        -314 + index * 18,
        index % 2 === 0 ? 26 : 15,
        3,
        shade(colours.walnut, 0.3),
      ),
    ) +
    circle(-10, -304, 7, shade(colours.oak, 0.5))
  );
}

function scissors(pen: Pen): string {
  return (
    rect(-10, -150, 20, 150, pen.metal(colours.steel)) +
    ring(-30, -196, 34, shade(colours.teal, 0.3), 22) +
    ring(-30, -196, 34, pen.face(colours.teal), 17) +
    ring(34, -206, 34, shade(colours.teal, 0.3), 22) +
    ring(34, -206, 34, pen.face(colours.teal), 17) +
    path('M-20 -166L-8 -120H8L22 -172L10 -186L-6 -182Z', colours.teal)
  );
}
