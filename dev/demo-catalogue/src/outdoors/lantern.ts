import { outdoorsBackdrop } from '../backdrops.js';
import { alpha, colours, gleam, shade, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, path, rect, repeat, stroke } from '../shapes.js';

const globe = 'M402 400C352 460 344 560 396 646H604C656 560 648 460 598 400Z';

export function lantern(): string {
  return tabletop(outdoorsBackdrop, (pen) => {
    const paint = pen.metal(colours.poppy);
    const dull = pen.cylinder(colours.poppy);
    const wire = shade(colours.charcoal, 0.1);
    return (
      standingShadow(pen, 500, 812, 175) +
      // Carrying handle behind everything.
      stroke('M330 400C300 140 700 140 670 400', shade(colours.steel, 0.5), 14) +
      stroke('M330 400C300 140 700 140 670 400', colours.steel, 8) +
      // Light.
      pen.blur(40, circle(500, 530, 210, alpha('#ffe39a', 0.55))) +
      path(
        globe,
        pen.radial(0.5, 0.62, 0.62, alpha('#fff6cf', 0.95), alpha('#ffd978', 0.75), alpha('#f6e3b0', 0.55)),
      ) +
      path(
        'M500 470C468 520 462 560 470 590C478 622 522 622 530 590C538 560 532 520 500 470Z',
        pen.down('#f39a3b', '#ffd35a'),
      ) +
      path('M500 530C486 556 484 574 488 590C492 606 508 606 512 590C516 574 514 556 500 530Z', '#fff7d6') +
      rect(478, 606, 44, 44, pen.metal(colours.brass), { rx: 4 }) +
      pen.clip(
        path(globe, '#000'),
        pen.blur(6, path('M410 410C372 470 366 550 404 634L424 634C392 550 398 470 436 410Z', gleam(0.85))),
        pen.blur(5, path('M590 420C622 470 628 550 600 630L590 630C614 550 606 470 578 420Z', gleam(0.5))),
      ) +
      // Guard wires.
      stroke('M372 380C318 470 318 580 372 664', wire, 9) +
      stroke('M628 380C682 470 682 580 628 664', wire, 9) +
      stroke('M340 520C400 548 600 548 660 520', wire, 8) +
      stroke('M336 516C396 542 590 542 650 518', gleam(0.25), 2) +
      // Side tubes.
      stroke('M316 700V420C316 390 330 376 356 372', shade(colours.poppy, 0.38), 30) +
      stroke(
        'M316 700V420C316 390 330 376 356 372',
        pen.across(tint(colours.poppy, 0.35), shade(colours.poppy, 0.15)),
        22,
      ) +
      stroke('M684 700V420C684 390 670 376 644 372', shade(colours.poppy, 0.42), 30) +
      stroke(
        'M684 700V420C684 390 670 376 644 372',
        pen.across(colours.poppy, shade(colours.poppy, 0.3)),
        22,
      ) +
      // Hood.
      path('M360 356H640L616 404H384Z', dull) +
      path('M352 340C372 330 628 330 648 340L640 366H360Z', paint) +
      path('M418 336L436 272H564L582 336Z', dull) +
      repeat(6, (index) => rect(450 + index * 18, 292, 9, 30, shade(colours.poppy, 0.55), { rx: 4 })) +
      path('M424 274C440 236 560 236 576 274Z', paint) +
      ellipse(500, 240, 16, 9, shade(colours.poppy, 0.35)) +
      // Burner plate and tank.
      path('M376 644H624L640 680H360Z', dull) +
      path(
        'M300 694C300 674 360 668 500 668C640 668 700 674 700 694L716 768C722 800 680 816 500 816C320 816 278 800 284 768Z',
        paint,
      ) +
      pen.sheen('M340 706C334 730 330 750 328 774', 16, 0.55) +
      stroke('M302 696C360 712 640 712 698 696', gleam(0.35), 4) +
      circle(610, 732, 26, pen.metal(colours.brass)) +
      circle(610, 732, 17, pen.ball(colours.brass)) +
      // Wick wheel.
      rect(440, 690, 46, 10, pen.metal(colours.brass), { rx: 5 }) +
      circle(436, 695, 18, pen.ball(colours.brass))
    );
  });
}
