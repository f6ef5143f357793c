import { kitchenBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { ellipse, group, path, rect, stroke } from '../shapes.js';

const body = 'M206 470H794L782 730C778 790 740 816 640 816H360C260 816 222 790 218 730Z';
const lid = 'M196 452C210 366 330 316 500 316C670 316 790 366 804 452Z';

export function casserole(): string {
  return tabletop(kitchenBackdrop, (pen) => {
    const enamel = colours.poppy;
    const paint = pen.across(
      [0, shade(enamel, 0.2)],
      [0.1, enamel],
      [0.26, tint(enamel, 0.28)],
      [0.5, enamel],
      [0.85, shade(enamel, 0.26)],
      [1, shade(enamel, 0.34)],
    );
    const ear = (d: string): string =>
      stroke(d, shade(enamel, 0.42), 36) + stroke(d, pen.down(tint(enamel, 0.2), shade(enamel, 0.15)), 28);
    // Drawn a little too tall for a casserole, hence the squeeze towards the table.
    return group(
      { transform: 'translate(0 90) scale(1 0.89)' },
      standingShadow(pen, 500, 810, 262) +
        ear('M224 540H160C134 540 130 604 160 604H224') +
        ear('M776 540H840C866 540 870 604 840 604H776') +
        path(body, paint) +
        pen.clip(
          path(body, '#000'),
          rect(190, 466, 620, 34, shadow(0.3)),
          pen.blur(20, rect(200, 770, 600, 60, shadow(0.35))),
          pen.blur(10, rect(270, 510, 34, 240, gleam(0.4), { rx: 17 })),
          rect(322, 520, 9, 220, gleam(0.28), { rx: 5 }),
        ) +
        // The raw iron edges.
        rect(198, 462, 604, 14, colours.charcoal, { rx: 7 }) +
        path(lid, paint) +
        pen.clip(
          path(lid, '#000'),
          pen.blur(16, rect(190, 430, 620, 40, shadow(0.3))),
          stroke('M262 432C280 378 370 346 500 346C630 346 720 378 738 432', gleam(0.28), 5),
        ) +
        pen.sheen('M272 402C304 366 352 348 410 338', 18, 0.65) +
        rect(190, 442, 620, 24, paint, { rx: 12 }) +
        rect(196, 444, 608, 5, gleam(0.35), { rx: 3 }) +
        // Knob.
        path('M462 318C470 300 470 288 466 274H534C530 288 530 300 538 318Z', pen.metal(colours.brass)) +
        ellipse(500, 262, 58, 26, shade(colours.brass, 0.45)) +
        ellipse(500, 254, 58, 25, pen.metal(colours.brass)) +
        ellipse(500, 248, 46, 16, pen.diagonal(tint(colours.brass, 0.65), colours.brass)) +
        pen.blur(
          9,
          stroke('M400 250C370 210 430 180 400 130', gleam(0.5), 16),
          stroke('M612 246C585 205 640 178 612 120', gleam(0.5), 16),
        ),
    );
  });
}
