import { deskBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { flatLay } from '../scene.js';
import { circle, path, rect, repeat, stroke, turned } from '../shapes.js';

export function notebook(): string {
  return flatLay(deskBackdrop, (pen) =>
    turned(-9, 500, 500, pen.lying(16, book(pen)), pen.lying(10, pencil(pen))),
  );
}

function book(pen: Pen): string {
  const cover = colours.navy;
  const pages = repeat(6, (index) => rect(262, 866 + index * 3, 420, 1.2, shadow(0.22)));
  const hill = 'M320 560C380 470 430 470 480 540S580 600 640 500V640H320Z';
  return (
    // Back cover and pages show at the lower and right edge.
    rect(252, 170, 448, 722, shade(cover, 0.35), { rx: 26 }) +
    rect(258, 166, 426, 718, '#efe4cf', { rx: 16 }) +
    pages +
    path('M560 850V930L578 912L596 930V850Z', colours.poppy) +
    rect(244, 150, 448, 714, pen.face(cover), { rx: 26 }) +
    rect(244, 150, 46, 714, pen.across(shade(cover, 0.3), tint(cover, 0.12), shade(cover, 0.08)), {
      rx: 20,
    }) +
    rect(288, 150, 3, 714, shadow(0.35)) +
    rect(291, 150, 2, 714, gleam(0.14)) +
    // An embossed label: sun over hills, in gold.
    rect(340, 300, 260, 260, tint(cover, 0.09), { rx: 18 }) +
    stroke(
      'M358 300H582C592 300 600 308 600 318V542C600 552 592 560 582 560H358C348 560 340 552 340 542V318C340 308 348 300 358 300Z',
      colours.brass,
      3.5,
    ) +
    pen.clip(
      rect(348, 308, 244, 244, '#000', { rx: 12 }),
      circle(520, 390, 40, pen.ball(colours.brass)),
      path(hill, alpha(colours.brass, 0.95), { transform: 'translate(-10 -40)' }),
      path(hill, shade(colours.brass, 0.28), { transform: 'translate(30 20)' }),
    ) +
    // Elastic band.
    rect(
      628,
      146,
      22,
      722,
      pen.across(
        shade(colours.poppy, 0.25),
        colours.poppy,
        tint(colours.poppy, 0.15),
        shade(colours.poppy, 0.2),
      ),
      { rx: 3 },
    ) +
    rect(650, 150, 7, 714, shadow(0.25)) +
    stroke('M308 160H620', gleam(0.3), 3)
  );
}

function pencil(pen: Pen): string {
  const x = 762;
  return turned(
    5,
    x,
    500,
    rect(x, 290, 16, 470, tint(colours.mustard, 0.2)) +
      rect(x + 16, 290, 18, 470, colours.mustard) +
      rect(x + 34, 290, 14, 470, shade(colours.mustard, 0.22)) +
      rect(x, 742, 48, 44, pen.metal(colours.steel)) +
      repeat(3, (index) => rect(x, 750 + index * 12, 48, 3, shadow(0.25))) +
      path(`M${x} 786H${x + 48}V820C${x + 48} 840 ${x} 840 ${x} 820Z`, pen.cylinder(colours.blush)) +
      path(
        `M${x} 292L${x + 24} 196L${x + 48} 292C${x + 42} 282 ${x + 36} 282 ${x + 33} 292C${x + 28} 280 ${x + 20} 280 ${x + 16} 292C${x + 12} 282 ${x + 6} 282 ${x} 292Z`,
        pen.across(tint(colours.sand, 0.35), colours.sand, shade(colours.sand, 0.2)),
      ) +
      path(
        `M${x + 16} 228L${x + 24} 196L${x + 32} 228C${x + 28} 233 ${x + 20} 233 ${x + 16} 228Z`,
        colours.charcoal,
      ),
  );
}
