import { bagsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, path, rect, repeat, ring, stroke } from '../shapes.js';

const body =
  'M196 400H804C820 400 828 410 828 426V768C828 800 812 816 780 816H220C188 816 172 800 172 768V426C172 410 180 400 196 400Z';
const flap =
  'M190 380C190 366 200 358 214 358H786C800 358 810 366 810 380V566C810 628 770 656 710 656H290C230 656 190 628 190 566Z';

export function satchel(): string {
  return tabletop(bagsBackdrop, (pen) => {
    const leather = colours.leather;
    const seam = (d: string): string =>
      stroke(d, tint(leather, 0.55), 3, { 'stroke-dasharray': '12 8', opacity: 0.85 });
    return (
      standingShadow(pen, 500, 812, 325) +
      // Shoulder strap, hanging in an arc behind.
      stroke('M196 440C120 90 880 90 804 440', shade(leather, 0.55), 30) +
      stroke('M196 440C120 90 880 90 804 440', pen.across(shade(leather, 0.1), shade(leather, 0.24)), 22) +
      ring(196, 430, 22, shade(colours.brass, 0.25), 9) +
      ring(804, 430, 22, shade(colours.brass, 0.25), 9) +
      path(
        body,
        pen.across(
          shade(leather, 0.3),
          [0.3, shade(leather, 0.06)],
          [0.6, shade(leather, 0.14)],
          shade(leather, 0.45),
        ),
      ) +
      pen.clip(
        path(body, '#000'),
        pen.blur(16, rect(180, 640, 650, 50, shadow(0.4))),
        pen.blur(14, rect(160, 780, 680, 50, shadow(0.3))),
      ) +
      seam('M190 700V766C190 788 200 798 222 798H778C800 798 810 788 810 766V700') +
      // Grab handle.
      stroke('M404 372C404 270 596 270 596 372', shade(leather, 0.5), 36) +
      stroke('M404 372C404 270 596 270 596 372', pen.down(tint(leather, 0.3), shade(leather, 0.08)), 28) +
      rect(384, 354, 40, 34, pen.metal(colours.brass), { rx: 6 }) +
      rect(576, 354, 40, 34, pen.metal(colours.brass), { rx: 6 }) +
      path(flap, shadow(0.3), { transform: 'translate(4 14)' }) +
      path(flap, pen.radial(0.3, 0.15, 1, tint(leather, 0.4), [0.45, leather], shade(leather, 0.3))) +
      seam('M208 386V564C208 614 242 638 292 638H708C758 638 792 614 792 564V386') +
      pen.sheen('M240 400C330 388 470 386 590 390', 16, 0.4) +
      strap(pen, 318) +
      strap(pen, 626)
    );
  });
}

function strap(pen: Pen, x: number): string {
  const leather = shade(colours.leather, 0.16);
  return (
    path(`M${x + 6} 470H${x + 62}V736L${x + 34} 762L${x + 6} 736Z`, shadow(0.3)) +
    path(
      `M${x} 462H${x + 56}V728L${x + 28} 754L${x} 728Z`,
      pen.across(tint(leather, 0.2), leather, shade(leather, 0.25)),
    ) +
    stroke(`M${x + 8} 472V722L${x + 28} 740L${x + 48} 722V472Z`, tint(colours.leather, 0.5), 2.5, {
      'stroke-dasharray': '9 7',
      opacity: 0.85,
    }) +
    repeat(3, (index) => circle(x + 28, 492 + index * 34, 5, shade(leather, 0.55))) +
    rect(x - 10, 604, 76, 62, 'none', { rx: 10, stroke: shade(colours.brass, 0.45), 'stroke-width': 14 }) +
    rect(x - 10, 604, 76, 62, 'none', {
      rx: 10,
      stroke: pen.diagonal(tint(colours.brass, 0.65), colours.brass, shade(colours.brass, 0.15)),
      'stroke-width': 9,
    }) +
    rect(x + 22, 604, 12, 66, pen.metal(colours.brass), { rx: 6 }) +
    rect(x - 6, 686, 68, 20, shade(leather, 0.2), { rx: 5 }) +
    stroke(`M${x - 2} 690H${x + 58}`, gleam(0.25), 3)
  );
}
