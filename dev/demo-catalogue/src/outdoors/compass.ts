import { outdoorsBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { flatLay } from '../scene.js';
import { around, circle, number, path, rect, repeat, ring, stroke, turned } from '../shapes.js';

const centre = { x: 490, y: 560 };

export function compass(): string {
  const { x, y } = centre;
  return flatLay(outdoorsBackdrop, (pen) => {
    const brass = pen.diagonal(
      tint(colours.brass, 0.7),
      [0.3, colours.brass],
      [0.55, shade(colours.brass, 0.32)],
      [0.75, tint(colours.brass, 0.25)],
      shade(colours.brass, 0.4),
    );
    const cord = 'M506 200C520 110 640 70 720 130C810 200 760 300 830 350C880 390 930 360 960 320';
    return (
      pen.lying(
        8,
        stroke(cord, shade(colours.leather, 0.3), 20),
        stroke(cord, colours.leather, 13),
        stroke(cord, tint(colours.leather, 0.3), 3, { 'stroke-dasharray': '10 12' }),
      ) +
      pen.lying(
        22,
        ring(x + 12, 206, 40, shade(colours.brass, 0.3), 20),
        ring(x + 12, 206, 40, tint(colours.brass, 0.25), 9),
        rect(x - 18, 236, 60, 52, pen.metal(colours.brass), { rx: 10 }),
        circle(x, y, 300, brass),
        repeat(72, (index) => {
          const inner = around(x, y, 286, index * 5);
          const outer = around(x, y, 299, index * 5);
          return stroke(
            `M${number(inner.x)} ${number(inner.y)}L${number(outer.x)} ${number(outer.y)}`,
            shade(colours.brass, 0.45),
            4,
          );
        }),
      ) +
      circle(x, y, 276, pen.diagonal(shade(colours.brass, 0.45), tint(colours.brass, 0.5))) +
      circle(x, y, 258, pen.radial(0.45, 0.4, 0.65, colours.white, colours.cream, '#dccdb0')) +
      scale() +
      rose(pen) +
      pen.lying(5, turned(24, x, y, needle())) +
      circle(x, y, 20, pen.ball(colours.brass)) +
      circle(x, y, 7, shade(colours.brass, 0.4)) +
      // Glass.
      pen.clip(
        circle(x, y, 258, '#000'),
        ring(x + 8, y + 12, 262, shadow(0.22), 18),
        path(
          `M${x - 258} ${y - 60}C${x - 180} ${y - 200} ${x - 60} ${y - 258} ${x + 90} ${y - 258}L${x - 120} ${y + 230}C${x - 230} ${y + 160} ${x - 258} ${y + 60} ${x - 258} ${y - 60}Z`,
          gleam(0.22),
        ),
      )
    );
  });
}

function scale(): string {
  const { x, y } = centre;
  const ticks = repeat(72, (index) => {
    const long = index % 6 === 0;
    const outer = around(x, y, 244, index * 5);
    const inner = around(x, y, long ? 214 : 230, index * 5);
    return stroke(
      `M${number(inner.x)} ${number(inner.y)}L${number(outer.x)} ${number(outer.y)}`,
      colours.navy,
      long ? 5 : 2.5,
      { 'stroke-linecap': 'butt' },
    );
  });
  return (
    ticks + ring(x, y, 202, shade(colours.sand, 0.2), 2.5) + ring(x, y, 130, shade(colours.sand, 0.12), 2)
  );
}

/** Eight points, each half light and half dark. */
function rose(pen: Pen): string {
  const { x, y } = centre;
  const point = (degrees: number, length: number, width: number, lit: string, dim: string): string =>
    turned(
      degrees,
      x,
      y,
      path(`M${x} ${y}L${x - width} ${y - width}L${x} ${y - length}Z`, lit) +
        path(`M${x} ${y}L${x + width} ${y - width}L${x} ${y - length}Z`, dim),
    );
  return (
    [45, 135, 225, 315]
      .map((degrees) => point(degrees, 138, 26, tint(colours.sage, 0.2), colours.sage))
      .join('') +
    [0, 90, 180, 270]
      .map((degrees) => point(degrees, 192, 34, colours.forest, shade(colours.forest, 0.32)))
      .join('') +
    circle(x, y, 46, pen.ball(colours.sand))
  );
}

function needle(): string {
  const { x, y } = centre;
  return (
    path(`M${x - 22} ${y}L${x} ${y - 200}V${y}Z`, tint(colours.poppy, 0.12)) +
    path(`M${x + 22} ${y}L${x} ${y - 200}V${y}Z`, shade(colours.poppy, 0.2)) +
    path(`M${x - 22} ${y}L${x} ${y + 200}V${y}Z`, colours.white) +
    path(`M${x + 22} ${y}L${x} ${y + 200}V${y}Z`, '#cfc8bb')
  );
}
