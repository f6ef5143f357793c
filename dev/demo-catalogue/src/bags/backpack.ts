import { bagsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, path, rect, repeat, stroke } from '../shapes.js';

const body =
  'M288 470C288 300 370 220 500 220S712 300 712 470L724 736C728 792 700 816 640 816H360C300 816 272 792 276 736Z';
const flap =
  'M284 452C286 300 370 216 500 216S714 300 716 452C716 500 690 516 640 516H360C310 516 284 500 284 452Z';
const pocket = 'M322 566H678L688 736C690 772 672 790 640 790H360C328 790 310 772 312 736Z';

export function backpack(): string {
  return tabletop(bagsBackdrop, (pen) => {
    const cloth = colours.forest;
    const stitched = (d: string): string =>
      stroke(d, tint(cloth, 0.45), 3, { 'stroke-dasharray': '10 8', opacity: 0.8 });
    return (
      standingShadow(pen, 500, 812, 240) +
      // Shoulder straps peep out at the sides, the grab loop on top.
      stroke('M300 420C220 480 216 640 268 760', shade(cloth, 0.5), 44) +
      stroke('M700 420C780 480 784 640 732 760', shade(cloth, 0.55), 44) +
      stroke('M444 238C440 150 560 150 556 238', shade(colours.leather, 0.45), 34) +
      stroke(
        'M444 238C440 150 560 150 556 238',
        pen.across(tint(colours.leather, 0.2), colours.leather, shade(colours.leather, 0.2)),
        26,
      ) +
      sidePockets(pen) +
      path(body, pen.across(shade(cloth, 0.2), [0.25, tint(cloth, 0.2)], [0.6, cloth], shade(cloth, 0.38))) +
      pen.clip(
        path(body, '#000'),
        pen.blur(18, rect(280, 500, 450, 50, shadow(0.4))),
        pen.blur(16, rect(260, 770, 480, 60, shadow(0.35))),
      ) +
      // Front pocket.
      path(pocket, shade(cloth, 0.5), { transform: 'translate(0 6)' }) +
      path(pocket, pen.diagonal(tint(cloth, 0.24), cloth, shade(cloth, 0.25))) +
      stitched('M336 582H664L673 730C675 760 662 776 638 776H362C338 776 325 760 327 730Z') +
      stroke('M346 616H654', shade(cloth, 0.6), 12) +
      stroke('M346 616H654', colours.brass, 4, { 'stroke-dasharray': '5 4', 'stroke-linecap': 'butt' }) +
      rect(626, 608, 16, 44, colours.leather, { rx: 6 }) +
      circle(634, 616, 8, pen.ball(colours.brass)) +
      rect(452, 668, 96, 66, pen.face(colours.leather), { rx: 8 }) +
      stroke('M462 678H538V724H462Z', tint(colours.leather, 0.5), 2, { 'stroke-dasharray': '6 5' }) +
      path('M476 716L494 690L504 704L512 694L526 716Z', shade(colours.leather, 0.4)) +
      // Flap with its two straps.
      path(flap, shadow(0.3), { transform: 'translate(4 12)' }) +
      path(flap, pen.radial(0.32, 0.2, 0.95, tint(cloth, 0.36), [0.45, cloth], shade(cloth, 0.32))) +
      stitched(
        'M300 452C302 312 380 232 500 232S698 312 700 452C700 488 676 500 640 500H360C324 500 300 488 300 452Z',
      ) +
      pen.sheen('M326 392C344 320 384 276 440 258', 20, 0.35) +
      strap(pen, 386) +
      strap(pen, 578)
    );
  });
}

function strap(pen: Pen, x: number): string {
  return (
    rect(x + 5, 386, 40, 220, shadow(0.28), { rx: 8 }) +
    path(
      `M${x} 380H${x + 38}V586L${x + 19} 604L${x} 586Z`,
      pen.across(tint(colours.leather, 0.18), colours.leather, shade(colours.leather, 0.25)),
    ) +
    stroke(`M${x + 6} 388V582M${x + 32} 388V582`, tint(colours.leather, 0.5), 2, {
      'stroke-dasharray': '7 6',
    }) +
    rect(x - 9, 506, 56, 50, 'none', { rx: 9, stroke: shade(colours.brass, 0.4), 'stroke-width': 11 }) +
    rect(x - 9, 506, 56, 50, 'none', {
      rx: 9,
      stroke: pen.diagonal(tint(colours.brass, 0.6), colours.brass),
      'stroke-width': 7,
    }) +
    rect(x + 15, 506, 8, 52, tint(colours.brass, 0.2), { rx: 4 }) +
    repeat(3, (index) => circle(x + 19, 410 + index * 26, 4, shade(colours.leather, 0.5))) +
    stroke(`M${x + 3} 384H${x + 34}`, gleam(0.3), 3)
  );
}

function sidePockets(pen: Pen): string {
  const cloth = colours.forest;
  const left = 'M286 600C240 606 226 640 230 690L238 770C242 796 262 804 290 802Z';
  const right = 'M714 600C760 606 774 640 770 690L762 770C758 796 738 804 710 802Z';
  return (
    // A rolled umbrella in the right one.
    path(
      'M726 640L742 420C744 400 758 400 758 420L764 640Z',
      pen.across(tint(colours.mustard, 0.25), colours.mustard, shade(colours.mustard, 0.25)),
    ) +
    rect(742, 364, 16, 50, pen.cylinder(colours.walnut), { rx: 6 }) +
    stroke('M734 540L764 524M732 570L764 554', shade(colours.mustard, 0.35), 3) +
    path(left, pen.across(shade(cloth, 0.1), shade(cloth, 0.4))) +
    path(right, pen.across(shade(cloth, 0.35), shade(cloth, 0.5))) +
    stroke('M286 602C250 606 232 628 230 668', tint(cloth, 0.3), 6) +
    stroke('M714 602C750 606 768 628 770 668', colours.forest, 6)
  );
}
