import { homeBackdrop } from '../backdrops.js';
import { leaf } from '../botanical.js';
import { alpha, colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, placed, rect, repeat, stroke } from '../shapes.js';

const jar = 'M280 420V776C280 806 330 818 440 818C550 818 600 806 600 776V420C600 446 280 446 280 420Z';

export function candle(): string {
  return tabletop(homeBackdrop, (pen) => {
    const amber = pen.across(
      '#7d3d1b',
      [0.12, '#b4632a'],
      [0.32, '#dd9548'],
      [0.6, '#b4632a'],
      [0.9, '#6f3417'],
      '#8a4820',
    );
    return (
      standingShadow(pen, 445, 814, 158) +
      woodenLid(pen) +
      circle(
        440,
        330,
        260,
        pen.radial(0.5, 0.5, 0.5, alpha('#ffd970', 0.85), [0.35, alpha('#ffdf8a', 0.5)], alpha('#ffe9b0', 0)),
      ) +
      // The inside of the jar, wax and flame.
      ellipse(440, 420, 160, 34, pen.across('#5d2c12', '#a35a27')) +
      path(
        'M292 446C292 420 588 420 588 446V470C588 496 292 496 292 470Z',
        pen.across('#d8b98d', '#fbeed2', '#caa676'),
      ) +
      ellipse(440, 446, 148, 24, pen.radial(0.5, 0.5, 0.5, '#fffbe9', '#f6e1b7', '#dcbd8d')) +
      stroke('M440 446V396', '#3a2a28', 7) +
      path(
        'M440 236C404 300 392 336 400 366C410 404 470 404 480 366C488 336 476 300 440 236Z',
        pen.down('#f08a35', '#ffd053'),
      ) +
      path('M440 310C422 344 418 360 422 374C428 394 452 394 458 374C462 360 458 344 440 310Z', '#fff6cf') +
      path(
        'M404 372C412 400 468 400 476 372C470 392 456 400 440 400C424 400 410 392 404 372Z',
        alpha(colours.sky, 0.7),
      ) +
      path(jar, amber, { opacity: 0.94 }) +
      pen.clip(
        path(jar, '#000'),
        pen.blur(24, ellipse(440, 470, 150, 60, alpha('#ffd27a', 0.6))),
        rect(280, 786, 320, 40, shadow(0.25)),
        label(pen),
        pen.blur(7, rect(304, 450, 22, 330, gleam(0.55), { rx: 11 })),
        rect(336, 456, 6, 320, gleam(0.28), { rx: 3 }),
        pen.blur(14, rect(566, 420, 50, 420, shadow(0.25))),
      ) +
      stroke('M281 420C290 446 590 446 599 420', '#e9b071', 6) +
      stroke('M281 420C290 394 590 394 599 420', alpha('#e9b071', 0.55), 4)
    );
  });
}

/** Paper around the glass, with a sprig in place of words. */
function label(pen: Pen): string {
  const sprig = [-50, 50]
    .flatMap((degrees) =>
      [0, 1, 2].map((step) =>
        placed(440, 660 - step * 34, degrees, 0.5 - step * 0.06, leaf(pen, colours.forest, 52)),
      ),
    )
    .join('');
  return (
    path('M268 540C330 562 550 562 612 540V744C550 766 330 766 268 744Z', pen.cylinder(colours.cream)) +
    stroke('M268 552C330 574 550 574 612 552', alpha(colours.brass, 0.9), 3) +
    stroke('M268 732C330 754 550 754 612 732', alpha(colours.brass, 0.9), 3) +
    stroke('M440 712V580', shade(colours.forest, 0.1), 5) +
    sprig +
    placed(440, 596, 0, 0.34, leaf(pen, colours.forest, 52))
  );
}

/** Stands on its edge beside the jar, leaning against it. */
function woodenLid(pen: Pen): string {
  const grain = repeat(7, (index) =>
    stroke(
      `M${556 + index * 34} 600C${570 + index * 34} 680 ${540 + index * 34} 740 ${560 + index * 34} 830`,
      alpha(shade(colours.oak, 0.4), 0.35),
      index % 2 === 0 ? 4 : 7,
    ),
  );
  return (
    standingShadow(pen, 668, 816, 96) +
    circle(684, 702, 116, shade(colours.oak, 0.35)) +
    circle(672, 702, 116, pen.face(colours.oak)) +
    pen.clip(circle(672, 702, 116, '#000'), grain) +
    circle(672, 702, 98, 'none', { stroke: alpha(shade(colours.oak, 0.4), 0.5), 'stroke-width': 4 }) +
    pen.sheen('M600 660C612 626 640 606 672 604', 9, 0.55) +
    circle(672, 702, 18, pen.ball(tint(colours.brass, 0.1)))
  );
}
