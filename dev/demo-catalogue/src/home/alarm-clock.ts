import { homeBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { around, circle, ellipse, number, path, placed, rect, repeat, ring, stroke } from '../shapes.js';

const x = 500;
const y = 550;

export function alarmClock(): string {
  return tabletop(homeBackdrop, (pen) => {
    const paint = colours.teal;
    const leg = (degrees: number): string =>
      placed(
        x,
        y,
        degrees,
        1,
        rect(-17, 210, 34, 96, pen.metal(colours.brass), { rx: 14 }),
        ellipse(0, 306, 26, 13, shade(colours.brass, 0.25)),
      );
    return (
      standingShadow(pen, 500, 816, 190) +
      leg(32) +
      leg(-32) +
      // Handle, hammer and the two bells.
      stroke('M420 262C420 150 580 150 580 262', shade(colours.brass, 0.45), 18) +
      stroke(
        'M420 262C420 150 580 150 580 262',
        pen.across(tint(colours.brass, 0.3), shade(colours.brass, 0.1)),
        11,
      ) +
      rect(492, 258, 16, 60, pen.metal(colours.steel)) +
      rect(472, 236, 56, 26, pen.cylinder(colours.charcoal), { rx: 8 }) +
      placed(x, y, -33, 1, bell(pen)) +
      placed(x, y, 33, 1, bell(pen)) +
      circle(x + 8, y + 4, 244, shade(paint, 0.5)) +
      circle(x, y, 244, pen.radial(0.34, 0.28, 0.9, tint(paint, 0.45), [0.4, paint], shade(paint, 0.35))) +
      circle(x, y, 206, pen.diagonal(shade(colours.brass, 0.4), tint(colours.brass, 0.6), colours.brass)) +
      circle(x, y, 192, pen.radial(0.42, 0.36, 0.75, colours.white, colours.cream, '#e6d8bd')) +
      dial() +
      ring(x + 5, y + 7, 192, shadow(0.16), 12) +
      hands() +
      path(
        `M${x - 150} ${y - 60}C${x - 120} ${y - 130} ${x - 40} ${y - 170} ${x + 40} ${y - 166}C${x - 40} ${y - 120} ${x - 90} ${y - 40} ${x - 110} ${y + 50}C${x - 150} ${y + 30} ${x - 164} ${y - 20} ${x - 150} ${y - 60}Z`,
        gleam(0.28),
      ) +
      pen.sheen(
        `M${x - 212} ${y - 50}C${x - 196} ${y - 130} ${x - 130} ${y - 196} ${x - 54} ${y - 214}`,
        15,
        0.6,
      )
    );
  });
}

/** Sits on the case, its middle straight above the origin. */
function bell(pen: Pen): string {
  return (
    rect(-9, -284, 18, 50, pen.metal(colours.steel)) +
    path('M-92 -268C-92 -330 -50 -362 0 -362C50 -362 92 -330 92 -268Z', pen.ball(colours.brass)) +
    rect(-98, -278, 196, 18, pen.metal(colours.brass), { rx: 9 }) +
    circle(0, -366, 13, pen.ball(colours.brass)) +
    pen.sheen('M-62 -290C-58 -318 -40 -336 -18 -342', 10, 0.75)
  );
}

function dial(): string {
  const minutes = repeat(60, (index) => {
    const outer = around(x, y, 176, index * 6);
    const inner = around(x, y, index % 5 === 0 ? 146 : 167, index * 6);
    return stroke(
      `M${number(inner.x)} ${number(inner.y)}L${number(outer.x)} ${number(outer.y)}`,
      index % 5 === 0 ? colours.navy : shade(colours.sand, 0.25),
      index % 15 === 0 ? 13 : index % 5 === 0 ? 8 : 3,
    );
  });
  return (
    minutes +
    ring(x, y + 78, 30, shade(colours.sand, 0.2), 2.5) +
    stroke(`M${x} ${y + 78}L${x + 14} ${y + 62}`, colours.poppy, 4)
  );
}

function hands(): string {
  const hand = (degrees: number, length: number, width: number, colour: string): string => {
    const end = around(x, y, length, degrees);
    const tail = around(x, y, -26, degrees);
    const d = `M${number(tail.x)} ${number(tail.y)}L${number(end.x)} ${number(end.y)}`;
    return stroke(d, shadow(0.16), width, { transform: 'translate(5 7)' }) + stroke(d, colour, width);
  };
  return (
    hand(305, 96, 15, colours.navy) +
    hand(55, 140, 10, colours.navy) +
    hand(172, 146, 4, colours.poppy) +
    circle(x, y, 15, colours.poppy) +
    circle(x, y, 6, shade(colours.poppy, 0.35))
  );
}
