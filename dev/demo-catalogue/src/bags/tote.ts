import { bagsBackdrop } from '../backdrops.js';
import { leaf } from '../botanical.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, path, placed, repeat, stroke } from '../shapes.js';

const body = 'M262 392C340 404 660 404 738 392L772 786C774 806 760 816 742 816H258C240 816 226 806 228 786Z';

export function tote(): string {
  return tabletop(bagsBackdrop, (pen) => {
    const cloth = colours.cream;
    const handle = (d: string, deep: number): string =>
      stroke(d, shade(cloth, deep + 0.28), 40) +
      stroke(d, shade(cloth, deep), 33) +
      stroke(d, shade(cloth, deep + 0.2), 2.5, { 'stroke-dasharray': '9 7' });
    const weave =
      repeat(30, (index) => stroke(`M${200 + index * 21} 380V830`, shadow(0.025), 5)) +
      repeat(22, (index) => stroke(`M200 ${392 + index * 20}H800`, gleam(0.1), 5));
    return (
      standingShadow(pen, 500, 812, 268) +
      handle('M382 400C370 120 650 120 636 400', 0.2) +
      path('M262 392C340 372 660 372 738 392C660 412 340 412 262 392Z', shade(cloth, 0.5)) +
      produce(pen) +
      path(body, pen.diagonal(tint(cloth, 0.5), [0.45, cloth], shade(cloth, 0.18))) +
      pen.clip(
        path(body, '#000'),
        weave,
        print(pen),
        pen.blur(14, path('M738 392L700 560L730 816H800V392Z', shadow(0.16))),
        pen.blur(
          12,
          stroke('M300 420C320 560 296 700 310 800', shadow(0.12), 16),
          stroke('M690 430C672 560 700 660 676 800', shadow(0.1), 16),
        ),
        pen.blur(18, path('M220 780H780V830H220Z', shadow(0.24))),
      ) +
      stroke('M266 424C344 436 656 436 734 424', shade(cloth, 0.26), 2.5, { 'stroke-dasharray': '10 7' }) +
      stroke('M263 394C340 406 660 406 737 394', gleam(0.8), 4) +
      handle('M352 470V396C340 150 620 150 608 396V470', 0.05) +
      [352, 608]
        .map((x) => stroke(`M${x - 13} 440L${x + 13} 474M${x + 13} 440L${x - 13} 474`, colours.terracotta, 4))
        .join('')
    );
  });
}

/** Printed on the cloth: a sun, its reflection in the sea, two hills. */
function print(pen: Pen): string {
  const frame = circle(500, 630, 140, '#000');
  return (
    circle(500, 630, 140, tint(colours.blush, 0.3)) +
    pen.clip(
      frame,
      circle(500, 610, 70, colours.terracotta),
      path('M340 640C400 560 450 590 480 630S580 600 660 570V660H340Z', colours.forest),
      path('M340 640H660V790H340Z', colours.navy),
      repeat(5, (index) =>
        stroke(
          `M${430 + index * 12} ${662 + index * 22}H${570 - index * 12}`,
          alpha(colours.mustard, 0.9),
          7,
        ),
      ),
    )
  );
}

function produce(pen: Pen): string {
  return (
    [-26, -4, 20, 40]
      .map((degrees, index) =>
        placed(
          606 + index * 10,
          410,
          degrees,
          1.5,
          leaf(pen, index % 2 === 0 ? colours.leaf : colours.forest, 46),
        ),
      )
      .join('') +
    path(
      'M392 420L330 252C324 230 350 214 368 228L470 420Z',
      pen.across(tint(colours.oak, 0.3), colours.oak, shade(colours.oak, 0.25)),
    ) +
    stroke('M346 262L378 250M364 306L398 292M382 350L418 334', tint(colours.oak, 0.6), 9)
  );
}
