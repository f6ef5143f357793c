import { kitchenBackdrop } from '../backdrops.js';
import { foliage, leaf } from '../botanical.js';
import { alpha, colours, gleam, mix, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, number, path, rect, repeat, stroke } from '../shapes.js';

const outline =
  'M300 330C300 290 330 280 372 276C416 270 420 236 424 196C428 158 520 158 524 196C528 236 532 270 576 276C618 280 648 290 648 330V770C648 796 632 806 610 806H338C316 806 300 796 300 770Z';

export function choppingBoard(): string {
  return tabletop(kitchenBackdrop, (pen) => {
    const wood = pen.across(tint(colours.walnut, 0.12), colours.walnut, shade(colours.walnut, 0.1));
    const grain = repeat(11, (index) => {
      const x = 312 + index * 32;
      const sway = Math.sin(index * 1.7) * 26;
      return stroke(
        `M${number(x)} 150C${number(x + sway)} 340 ${number(x - sway)} 560 ${number(x + sway / 2)} 820`,
        index % 3 === 0 ? alpha(shade(colours.walnut, 0.5), 0.32) : alpha(tint(colours.walnut, 0.5), 0.22),
        index % 2 === 0 ? 5 : 9,
      );
    });
    return (
      standingShadow(pen, 490, 806, 190) +
      pen.blur(16, path(outline, shadow(0.28), { transform: 'translate(30 14)' })) +
      path(outline, shade(colours.walnut, 0.45), { transform: 'translate(12 2)' }) +
      path(outline, wood) +
      pen.clip(
        path(outline, '#000'),
        rect(388, 150, 62, 670, mix(colours.walnut, colours.oak, 0.75), { opacity: 0.85 }),
        rect(548, 150, 26, 670, mix(colours.walnut, colours.oak, 0.55), { opacity: 0.7 }),
        grain,
        stroke('M300 330C300 290 330 280 372 276C416 270 420 236 424 196', gleam(0.45), 8),
        rect(300, 330, 6, 470, gleam(0.3)),
      ) +
      circle(474, 222, 21, shade(colours.walnut, 0.6)) +
      circle(476, 225, 18, '#e9bd9c') +
      // In front: leaves, a lemon and its half.
      standingShadow(pen, 630, 822, 170) +
      foliage(
        [
          { x: 716, y: 806, degrees: 62, scale: 1.35 },
          { x: 700, y: 812, degrees: 88, scale: 1.2 },
          { x: 690, y: 780, degrees: 28, scale: 1.25 },
        ],
        (index) => leaf(pen, index === 1 ? colours.forest : colours.leaf, 50),
      ) +
      wholeLemon(pen) +
      halfLemon(pen)
    );
  });
}

function wholeLemon(pen: Pen): string {
  return (
    path(
      'M476 742C496 672 580 640 650 664C680 674 700 690 716 700C734 706 738 722 724 734C712 770 672 820 596 822C530 824 490 796 482 768C466 766 464 750 476 742Z',
      pen.ball(colours.lemon),
    ) +
    pen.sheen('M530 720C552 694 588 682 620 684', 18, 0.75) +
    repeat(9, (index) => circle(560 + (index % 3) * 46, 740 + Math.floor(index / 3) * 24, 2.4, shadow(0.12)))
  );
}

function halfLemon(pen: Pen): string {
  const segments = repeat(9, (index) => {
    const turn = `rotate(${index * 40} 410 752)`;
    return path(
      'M410 742C398 716 396 694 402 688C406 684 414 684 418 688C424 694 422 716 410 742Z',
      pen.down(tint(colours.lemon, 0.1), tint(colours.lemon, 0.45)),
      {
        transform: turn,
      },
    );
  });
  return (
    ellipse(424, 756, 84, 82, shade(colours.lemon, 0.16)) +
    circle(410, 752, 84, pen.face(colours.lemon)) +
    circle(410, 752, 75, '#fff6d6') +
    segments +
    circle(410, 752, 7, '#fff6d6') +
    pen.sheen('M352 740C356 712 376 694 396 688', 9, 0.7)
  );
}
