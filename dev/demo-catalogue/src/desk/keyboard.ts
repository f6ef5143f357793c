import { deskBackdrop } from '../backdrops.js';
import { colours, gleam, shade, shadow, tint } from '../palette.js';
import type { Pen } from '../pen.js';
import { flatLay } from '../scene.js';
import { circle, rect, ring, stroke, turned } from '../shapes.js';

/** Key widths of each row, in units; every row adds up to 15. */
const rows = [
  [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
  [1.5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5],
  [1.75, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2.25],
  [2.25, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.75, 1],
  [1.25, 1.25, 1.25, 6.25, 1.25, 1.25, 1.25, 1.25],
] as const;
const unit = 51;
const left = 118;
const top = 408;

export function keyboard(): string {
  return flatLay(deskBackdrop, (pen) =>
    turned(
      -14,
      500,
      500,
      pen.lying(9, cable()),
      pen.lying(
        18,
        rect(left - 28, top - 28, 15 * unit + 56, 5 * unit + 56, pen.face(colours.navy), { rx: 34 }) +
          rect(left - 24, top - 24, 15 * unit + 48, 5 * unit + 20, 'none', {
            rx: 30,
            stroke: gleam(0.22),
            'stroke-width': 3,
          }) +
          rect(left - 8, top - 8, 15 * unit + 16, 5 * unit + 16, shade(colours.navy, 0.42), { rx: 18 }),
      ),
      keys(pen),
    ),
  );
}

function keys(pen: Pen): string {
  const paints = {
    letter: pen.down(colours.white, shade(colours.cream, 0.03)),
    side: pen.down(tint(colours.teal, 0.12), colours.teal),
    accent: pen.down(tint(colours.poppy, 0.14), colours.poppy),
  };
  return rows
    .map((row, line) => {
      let x = left;
      return row
        .map((width, column) => {
          const kind = kindOf(line, column, row.length);
          const base = kind === 'letter' ? colours.sand : kind === 'side' ? colours.teal : colours.poppy;
          const key = oneKey(x, top + line * unit, width * unit, paints[kind], base);
          x += width * unit;
          return key;
        })
        .join('');
    })
    .join('');
}

type Kind = 'letter' | 'side' | 'accent';

function kindOf(line: number, column: number, length: number): Kind {
  const isEscape = line === 0 && column === 0;
  const isEnter = line === 2 && column === length - 1;
  if (isEscape || isEnter) return 'accent';
  if (line === 4) return column === 3 ? 'letter' : 'side';
  if (column === length - 1 || (line > 0 && column === 0)) return 'side';
  return line === 3 && column === length - 2 ? 'side' : 'letter';
}

/** The skirt of a key, then its lit top, a little higher. */
function oneKey(x: number, y: number, width: number, paint: string, base: string): string {
  return (
    rect(x + 2, y + 3, width - 4, unit - 4, shade(base, 0.34), { rx: 9 }) +
    rect(x + 6, y + 3, width - 12, unit - 13, paint, { rx: 8 }) +
    rect(x + 10, y + 5, width - 20, 2.5, gleam(0.7), { rx: 1 })
  );
}

function cable(): string {
  const coils = Array.from({ length: 17 }, (_, index) => {
    const x = 420 + index * 17;
    return `M${x} 282C${x - 6} 218 ${x + 24} 218 ${x + 18} 282`;
  }).join('');
  const lead = 'M300 390V300C300 262 330 252 360 252H420M712 252H780C830 252 850 220 840 176';
  return (
    stroke(lead, shade(colours.poppy, 0.3), 16) +
    stroke(lead, colours.poppy, 11) +
    stroke(coils, shade(colours.poppy, 0.35), 15) +
    stroke(coils, tint(colours.poppy, 0.06), 9) +
    rect(284, 356, 32, 40, shade(colours.steel, 0.25), { rx: 5 }) +
    rect(288, 358, 10, 36, gleam(0.4), { rx: 4 }) +
    rect(820, 128, 38, 54, shade(colours.steel, 0.25), { rx: 8 }) +
    rect(826, 132, 9, 46, gleam(0.45), { rx: 4 }) +
    circle(839, 155, 6, shadow(0.3)) +
    ring(839, 155, 10, gleam(0.3), 2)
  );
}
