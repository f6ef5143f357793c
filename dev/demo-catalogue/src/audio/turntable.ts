import { audioBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { flatLay } from '../scene.js';
import { circle, number, path, rect, repeat, ring, stroke } from '../shapes.js';

const spindle = { x: 412, y: 500 };

export function turntable(): string {
  const { x, y } = spindle;
  return flatLay(
    audioBackdrop,
    (pen) =>
      pen.lying(
        24,
        rect(
          118,
          186,
          764,
          628,
          pen.diagonal(tint(colours.walnut, 0.2), colours.walnut, shade(colours.walnut, 0.2)),
          { rx: 34 },
        ),
      ) +
      pen.clip(rect(118, 186, 764, 628, '#000', { rx: 34 }), grain()) +
      rect(122, 190, 756, 620, 'none', { rx: 30, stroke: gleam(0.25), 'stroke-width': 4 }) +
      // Platter and record.
      circle(x + 8, y + 12, 272, shadow(0.3)) +
      circle(x, y, 270, pen.diagonal(tint(colours.steel, 0.7), colours.steel, shade(colours.steel, 0.45))) +
      repeat(60, (index) =>
        stroke(`M${x} ${y - 268}V${y - 260}`, shadow(0.4), 5, {
          transform: `rotate(${index * 6} ${x} ${y})`,
          'stroke-linecap': 'butt',
        }),
      ) +
      record(pen) +
      controls(pen) +
      arm(pen),
  );
}

function grain(): string {
  return repeat(20, (index) => {
    const y = 200 + index * 32;
    const sway = Math.sin(index * 1.9) * 22;
    return stroke(
      `M100 ${y}C320 ${number(y + sway)} 640 ${number(y - sway)} 900 ${number(y + sway / 2)}`,
      alpha(index % 3 === 0 ? shade(colours.walnut, 0.5) : tint(colours.walnut, 0.45), 0.22),
      index % 2 === 0 ? 4 : 8,
    );
  });
}

function record(pen: Pen): string {
  const { x, y } = spindle;
  const vinyl = '#2b2733';
  const wedge = (turn: number, opacity: number): string =>
    path(`M${x} ${y}L${x - 70} ${y - 242}A252 252 0 0 1 ${x + 70} ${y - 242}Z`, gleam(opacity), {
      transform: `rotate(${turn} ${x} ${y})`,
    });
  return (
    circle(x, y, 250, vinyl) +
    pen.clip(
      circle(x, y, 250, '#000'),
      pen.blur(14, wedge(-48, 0.3), wedge(132, 0.24), wedge(40, 0.08), wedge(220, 0.08)),
    ) +
    repeat(17, (index) =>
      ring(x, y, 108 + index * 8.2, index % 5 === 4 ? shadow(0.8) : gleam(0.07), index % 5 === 4 ? 3 : 2),
    ) +
    circle(x, y, 90, pen.face(colours.terracotta)) +
    pen.clip(
      circle(x, y, 90, '#000'),
      circle(x, y + 30, 52, colours.mustard),
      rect(x - 90, y + 24, 180, 80, shade(colours.terracotta, 0.3)),
      repeat(4, (index) =>
        rect(x - 60 + index * 8, y + 32 + index * 13, 120 - index * 16, 5, colours.mustard, { rx: 2 }),
      ),
    ) +
    ring(x, y, 86, gleam(0.3), 2) +
    circle(x, y, 9, pen.ball(colours.steel))
  );
}

function controls(pen: Pen): string {
  return (
    // Pitch slider, speed buttons, start.
    rect(806, 600, 12, 150, shade(colours.walnut, 0.6), { rx: 6 }) +
    rect(792, 650, 40, 24, pen.metalBar(colours.steel), { rx: 5 }) +
    rect(792, 661, 40, 3, colours.poppy) +
    circle(194, 748, 34, shadow(0.3)) +
    circle(190, 744, 34, pen.metal(colours.steel)) +
    circle(190, 744, 26, pen.diagonal(tint(colours.steel, 0.8), shade(colours.steel, 0.1))) +
    stroke('M190 744V724', colours.poppy, 5) +
    rect(690, 742, 36, 20, colours.charcoal, { rx: 7 }) +
    rect(736, 742, 36, 20, colours.charcoal, { rx: 7 }) +
    circle(708, 728, 4, '#ffd36b')
  );
}

function arm(pen: Pen): string {
  const tube = 'M766 310V520C766 560 752 580 716 610L614 668';
  return (
    stroke(tube, shadow(0.32), 14, { transform: 'translate(12 16)' }) +
    circle(774, 318, 78, shadow(0.3)) +
    circle(766, 308, 76, pen.diagonal(tint(colours.charcoal, 0.25), shade(colours.charcoal, 0.25))) +
    circle(766, 308, 60, pen.metal(colours.steel)) +
    circle(766, 308, 48, pen.diagonal(tint(colours.steel, 0.8), shade(colours.steel, 0.22))) +
    // Counterweight.
    rect(757, 226, 18, 60, pen.metal(colours.steel)) +
    rect(732, 214, 68, 50, pen.metal(colours.charcoal), { rx: 8 }) +
    rect(732, 236, 68, 4, gleam(0.4)) +
    stroke(tube, shade(colours.steel, 0.45), 15) +
    stroke(tube, tint(colours.steel, 0.3), 9) +
    stroke(tube, gleam(0.8), 3, { transform: 'translate(-2 -1)' }) +
    circle(766, 308, 24, pen.ball(colours.brass)) +
    // Head with its finger lift.
    path('M640 634L660 668L592 716L556 712L562 676Z', shadow(0.3), { transform: 'translate(8 12)' }) +
    path(
      'M640 634L660 668L592 716L556 712L562 676Z',
      pen.diagonal(tint(colours.charcoal, 0.3), colours.charcoal),
    ) +
    path('M556 712L562 676L580 666L600 706L592 716Z', colours.poppy) +
    stroke('M628 690L650 712', tint(colours.steel, 0.2), 6)
  );
}
