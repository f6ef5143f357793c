import { outdoorsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import { flatLay } from '../scene.js';
import { circle, ellipse, path, rect, repeat, stroke, turned } from '../shapes.js';

const dome = 'M262 560C262 400 360 276 500 276C640 276 738 400 738 560Z';

export function bicycleBell(): string {
  return flatLay(outdoorsBackdrop, (pen) => {
    const brass = pen.across(
      [0, shade(colours.brass, 0.42)],
      [0.1, colours.brass],
      [0.22, tint(colours.brass, 0.75)],
      [0.36, colours.brass],
      [0.66, shade(colours.brass, 0.28)],
      [0.86, shade(colours.brass, 0.48)],
      [0.95, tint(colours.brass, 0.3)],
      [1, shade(colours.brass, 0.3)],
    );
    const steel = pen.metal(colours.steel);
    const bar = rect(-80, 706, 1160, 70, pen.metalBar(colours.steel));
    const grip =
      rect(-80, 690, 300, 102, pen.metalBar(colours.leather), { rx: 12 }) +
      repeat(12, (index) =>
        stroke(
          `M${-60 + index * 24} 692C${-50 + index * 24} 724 ${-50 + index * 24} 758 ${-60 + index * 24} 790`,
          shadow(0.25),
          4,
        ),
      ) +
      rect(206, 686, 24, 110, pen.metalBar(colours.brass), { rx: 5 });
    return turned(
      -7,
      500,
      500,
      pen.lying(20, bar, grip),
      pen.lying(
        16,
        // Clamp around the bar, then the stem.
        rect(424, 690, 152, 104, pen.metalBar(colours.charcoal), { rx: 18 }),
        rect(450, 790, 100, 30, pen.cylinder(colours.charcoal), { rx: 10 }),
        circle(500, 806, 13, steel),
        path('M440 600H560L584 696H416Z', pen.cylinder(colours.charcoal)),
        // Thumb lever.
        path(
          'M600 606C660 616 720 640 770 676C786 688 812 690 820 672C826 656 808 640 790 630C740 602 670 584 600 578Z',
          pen.down(tint(colours.charcoal, 0.35), colours.charcoal),
        ),
        circle(786, 660, 10, shade(colours.charcoal, 0.35)),
        // The underside and the dome.
        path('M286 574C300 626 400 642 500 642C600 642 700 626 714 574Z', steel),
        path(dome, brass),
        pen.clip(
          path(dome, '#000'),
          pen.blur(20, rect(240, 500, 520, 80, shadow(0.28))),
          pen.blur(14, ellipse(420, 330, 90, 30, gleam(0.65), { transform: 'rotate(-22 420 330)' })),
          pen.blur(8, path('M318 540C318 440 350 370 400 330C372 380 356 450 356 540Z', gleam(0.75))),
        ),
        rect(248, 548, 504, 30, brass, { rx: 15 }),
        rect(262, 552, 476, 5, gleam(0.6), { rx: 3 }),
        // Nut on top.
        path('M462 282C470 262 530 262 538 282Z', shade(colours.brass, 0.4)),
        rect(472, 232, 56, 40, pen.metal(colours.brass), { rx: 8 }),
        ellipse(500, 234, 28, 8, tint(colours.brass, 0.55)),
      ),
    );
  });
}
