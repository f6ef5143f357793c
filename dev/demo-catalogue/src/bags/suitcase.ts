import { bagsBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, rect, repeat, stroke } from '../shapes.js';

export function suitcase(): string {
  return tabletop(bagsBackdrop, (pen) => {
    const paint = colours.teal;
    const shell = pen.across(
      [0, shade(paint, 0.22)],
      [0.1, paint],
      [0.28, tint(paint, 0.3)],
      [0.6, paint],
      [0.92, shade(paint, 0.35)],
      [1, shade(paint, 0.25)],
    );
    const ribs = repeat(6, (index) => {
      const x = 344 + index * 58;
      return rect(x, 356, 22, 396, pen.across(shade(paint, 0.35), tint(paint, 0.3), paint), {
        rx: 11,
        opacity: 0.75,
      });
    });
    return (
      standingShadow(pen, 500, 822, 205) +
      // Telescopic handle.
      [404, 580].map((x) => rect(x, 150, 16, 180, pen.metal(colours.steel))).join('') +
      rect(388, 116, 224, 44, shade(colours.charcoal, 0.3), { rx: 20 }) +
      rect(388, 114, 224, 38, pen.down(tint(colours.charcoal, 0.3), colours.charcoal), { rx: 19 }) +
      rect(478, 122, 44, 10, shade(colours.charcoal, 0.4), { rx: 5 }) +
      [396, 572].map((x) => rect(x, 276, 32, 30, colours.charcoal, { rx: 6 })).join('') +
      // Wheels.
      wheel(pen, 336) +
      wheel(pen, 664) +
      // Shell.
      rect(278, 296, 444, 492, shade(paint, 0.5), { rx: 58 }) +
      rect(278, 292, 444, 488, shell, { rx: 58 }) +
      ribs +
      pen.clip(
        rect(278, 292, 444, 488, '#000', { rx: 58 }),
        pen.blur(18, rect(270, 744, 470, 60, shadow(0.3))),
        pen.blur(8, rect(306, 350, 18, 370, gleam(0.55), { rx: 9 })),
      ) +
      pen.sheen('M306 380C304 336 322 314 364 310', 12, 0.6) +
      corners(pen) +
      // Carry handle and lock.
      rect(414, 286, 172, 20, shade(colours.leather, 0.4), { rx: 8 }) +
      stroke('M424 300C424 262 576 262 576 300', shade(colours.leather, 0.42), 26) +
      stroke('M424 300C424 262 576 262 576 300', pen.down(tint(colours.leather, 0.25), colours.leather), 19) +
      rect(408, 292, 32, 24, pen.metal(colours.brass), { rx: 5 }) +
      rect(560, 292, 32, 24, pen.metal(colours.brass), { rx: 5 }) +
      rect(704, 470, 30, 84, pen.metal(colours.brass), { rx: 8 }) +
      repeat(3, (index) => rect(710, 484 + index * 20, 18, 13, shade(colours.charcoal, 0.1), { rx: 3 })) +
      band(pen) +
      tag(pen)
    );
  });
}

function wheel(pen: Pen, x: number): string {
  return (
    path(`M${x - 30} 776H${x + 30}L${x + 22} 806H${x - 22}Z`, pen.cylinder(colours.charcoal)) +
    ellipse(x, 808, 19, 23, shade(colours.charcoal, 0.4)) +
    ellipse(x - 4, 808, 17, 22, colours.charcoal) +
    ellipse(x - 5, 808, 7, 10, pen.ball(colours.steel))
  );
}

function corners(pen: Pen): string {
  const leather = pen.diagonal(tint(colours.leather, 0.2), colours.leather, shade(colours.leather, 0.3));
  const one =
    path('M278 420V350C278 318 304 292 336 292H406C406 364 350 420 278 420Z', leather) +
    stroke('M280 408C342 404 392 356 394 294', tint(colours.leather, 0.5), 2.5, {
      'stroke-dasharray': '9 7',
    });
  return [
    '',
    'translate(1000 0) scale(-1 1)',
    'translate(0 1072) scale(1 -1)',
    'translate(1000 1072) scale(-1 -1)',
  ]
    .map((transform) => `<g${transform ? ` transform="${transform}"` : ''}>${one}</g>`)
    .join('');
}

/** A strap around the middle, in the stripes of the house. */
function band(pen: Pen): string {
  return (
    rect(274, 600, 452, 58, shadow(0.25), { rx: 6 }) +
    rect(272, 592, 456, 56, pen.cylinder(colours.mustard), { rx: 6 }) +
    rect(272, 614, 456, 12, alpha(colours.cream, 0.9)) +
    rect(452, 580, 96, 80, colours.charcoal, { rx: 12 }) +
    rect(456, 582, 88, 72, pen.face(tint(colours.charcoal, 0.14)), { rx: 10 }) +
    rect(488, 600, 24, 36, shade(colours.charcoal, 0.3), { rx: 6 })
  );
}

function tag(pen: Pen): string {
  const card =
    'M388 372L434 360C444 358 450 362 452 370L472 470C474 480 470 486 460 488L414 498C404 500 398 496 396 486L380 386C379 378 382 374 388 372Z';
  return (
    stroke('M424 306C396 330 400 356 412 380', shade(colours.leather, 0.4), 7) +
    path(card, shadow(0.28), { transform: 'translate(6 9)' }) +
    path(card, pen.face(colours.poppy)) +
    circle(414, 384, 8, shade(colours.poppy, 0.5)) +
    path('M402 412L444 403L456 466L414 475Z', colours.cream)
  );
}
