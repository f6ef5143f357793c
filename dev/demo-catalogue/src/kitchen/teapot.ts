import { kitchenBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, moved, path, stroke } from '../shapes.js';

const body =
  'M255 610C255 490 350 428 490 428C630 428 725 490 725 610C725 716 664 806 584 812H396C316 806 255 716 255 610Z';
const spout =
  'M306 690C210 668 208 540 138 470C128 458 134 446 148 440L186 424C200 420 208 424 214 438C238 496 270 506 330 520Z';
/** The part of the handle that is wound with cane. */
const winding = 'M398 261C453 220 527 220 582 261';
const butt = { 'stroke-linecap': 'butt' };

export function teapot(): string {
  return tabletop(kitchenBackdrop, (pen) => {
    const glaze = colours.forest;
    const cane = pen.across(
      shade(colours.oak, 0.25),
      tint(colours.oak, 0.3),
      colours.oak,
      shade(colours.oak, 0.3),
    );
    return moved(
      45,
      0,
      standingShadow(pen, 490, 806, 190),
      // Handle, behind the body.
      stroke('M322 470C300 150 680 150 658 470', shade(colours.oak, 0.42), 36),
      stroke('M322 470C300 150 680 150 658 470', cane, 28),
      stroke(winding, pen.down(tint(colours.oak, 0.3), shade(colours.oak, 0.2)), 34, butt),
      stroke(winding, shade(colours.walnut, 0.1), 34, { ...butt, 'stroke-dasharray': '3 9' }),
      path(spout, pen.diagonal(tint(glaze, 0.3), [0.4, glaze], shade(glaze, 0.3))),
      ellipse(174, 434, 30, 11, shade(glaze, 0.55), { transform: 'rotate(-22 174 434)' }),
      pen.sheen('M178 462C222 520 232 560 262 608', 12, 0.42),
      path(body, pen.radial(0.34, 0.24, 0.85, tint(glaze, 0.46), [0.4, glaze], shade(glaze, 0.42))),
      pen.clip(
        path(body, '#000'),
        path(
          'M240 700C340 752 640 752 740 700V830H240Z',
          pen.across(
            shade(colours.sand, 0.16),
            colours.sand,
            tint(colours.sand, 0.3),
            colours.sand,
            shade(colours.sand, 0.3),
          ),
        ),
        stroke('M240 700C340 752 640 752 740 700', gleam(0.4), 5),
        pen.blur(22, path('M700 440C740 560 720 760 520 830H760V440Z', shadow(0.28))),
      ),
      pen.sheen('M318 560C330 510 372 476 424 462', 22, 0.55),
      // Lugs that hold the handle.
      circle(322, 470, 25, pen.ball(glaze)),
      circle(322, 470, 9, pen.ball(colours.brass)),
      circle(658, 470, 25, pen.ball(glaze)),
      circle(658, 470, 9, pen.ball(colours.brass)),
      // Lid.
      ellipse(490, 440, 130, 26, shade(glaze, 0.5)),
      path(
        'M366 436C376 376 430 360 490 360C550 360 604 376 614 436C590 456 390 456 366 436Z',
        pen.ball(glaze),
      ),
      pen.sheen('M400 412C412 390 436 380 460 378', 10, 0.5),
      ellipse(490, 362, 22, 8, shade(glaze, 0.5)),
      circle(490, 338, 27, pen.ball(colours.oak)),
    );
  });
}
