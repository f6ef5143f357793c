import { audioBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { standingShadow, tabletop } from '../scene.js';
import { circle, ellipse, group, path, placed, rect, stroke } from '../shapes.js';

const shell = colours.cream;

export function earbuds(): string {
  return tabletop(
    audioBackdrop,
    (pen) =>
      standingShadow(pen, 460, 812, 270) +
      // The open lid, seen from inside.
      path(
        'M214 500V372C214 262 300 206 460 206S706 262 706 372V500Z',
        pen.across(shade(shell, 0.16), tint(shell, 0.3), shell, shade(shell, 0.2)),
      ) +
      path(
        'M238 500V384C238 286 320 238 460 238S682 286 682 384V500Z',
        pen.down(shade(colours.terracotta, 0.4), colours.terracotta),
      ) +
      path(
        'M262 500V396C262 316 340 272 460 272S658 316 658 396V500Z',
        pen.down(shade(colours.terracotta, 0.2), tint(colours.terracotta, 0.12)),
      ) +
      pen.sheen('M232 420C230 330 262 268 330 238', 12, 0.8) +
      rect(380, 492, 160, 26, pen.metal(colours.steel), { rx: 8 }) +
      // The rim with its two nests, then the buds in them.
      path(
        'M196 540C196 506 230 496 270 496H650C690 496 724 506 724 540C724 586 196 586 196 540Z',
        pen.down(shade(colours.terracotta, 0.34), colours.terracotta),
      ) +
      ellipse(346, 536, 84, 26, shade(colours.terracotta, 0.55)) +
      ellipse(574, 536, 84, 26, shade(colours.terracotta, 0.55)) +
      placed(322, 458, -6, 1.12, bud(pen)) +
      group({ transform: 'translate(920 0) scale(-1 1)' }, placed(322, 458, -6, 1.12, bud(pen))) +
      // The case in front.
      path(
        'M190 540C280 584 640 584 730 540V640C730 762 640 816 460 816S190 762 190 640Z',
        pen.across(
          [0, shade(shell, 0.14)],
          [0.14, shell],
          [0.32, colours.white],
          [0.6, shell],
          [0.92, shade(shell, 0.22)],
          [1, shade(shell, 0.14)],
        ),
      ) +
      pen.clip(
        path('M190 540C280 584 640 584 730 540V640C730 762 640 816 460 816S190 762 190 640Z', '#000'),
        pen.blur(24, ellipse(500, 830, 300, 60, shadow(0.22))),
        pen.blur(9, rect(236, 590, 26, 130, gleam(0.9), { rx: 13 })),
      ) +
      stroke('M192 542C282 585 638 585 728 542', gleam(0.9), 5) +
      circle(460, 640, 9, shade(shell, 0.2)) +
      circle(460, 640, 6, '#7fcf9a') +
      // Woven loop.
      stroke(
        'M722 640C800 640 838 690 820 750C806 800 752 812 726 790',
        shade(colours.terracotta, 0.35),
        20,
      ) +
      stroke('M722 640C800 640 838 690 820 750C806 800 752 812 726 790', colours.terracotta, 13) +
      stroke('M722 640C800 640 838 690 820 750C806 800 752 812 726 790', tint(colours.terracotta, 0.45), 4, {
        'stroke-dasharray': '7 9',
      }) +
      rect(700, 622, 34, 34, pen.metal(colours.brass), { rx: 8 }),
  );
}

/** The left bud, its stem going down from the origin. */
function bud(pen: Pen): string {
  return (
    path('M-24 20H26V74C26 94 -24 94 -24 74Z', pen.cylinder(shell)) +
    // Silicone tip towards the middle.
    path(
      'M44 -60C84 -74 104 -40 98 -14C92 12 62 18 40 0Z',
      pen.across(tint(colours.navy, 0.3), colours.navy),
    ) +
    ellipse(92, -28, 13, 30, shade(colours.navy, 0.4), { transform: 'rotate(14 92 -28)' }) +
    path(
      'M-66 -34C-70 -96 -14 -118 26 -98C66 -78 70 -20 40 14C20 36 -4 40 -24 36C-52 28 -64 0 -66 -34Z',
      pen.ball(shell),
    ) +
    ellipse(-20, -42, 30, 36, shade(shell, 0.1), { transform: 'rotate(-12 -20 -42)' }) +
    ellipse(-20, -42, 26, 32, pen.face(colours.brass), { transform: 'rotate(-12 -20 -42)' }) +
    pen.sheen('M-52 -52C-48 -76 -30 -90 -8 -94', 8, 0.9)
  );
}
