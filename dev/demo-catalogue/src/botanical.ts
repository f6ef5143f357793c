import { shade, tint } from './palette.js';
import type { Pen } from './pen.js';
import { path, placed, stroke } from './shapes.js';

/** A pointed leaf that starts at the origin and grows upwards, 100 long. */
export function leaf(pen: Pen, colour: string, width: number): string {
  const half = width / 2;
  return (
    path(`M0 0C${-half * 1.3} -25 ${-half} -75 0 -100C${half} -75 ${half * 1.3} -25 0 0Z`, pen.face(colour)) +
    path(`M0 0C${half * 1.3} -25 ${half} -75 0 -100Z`, shade(colour, 0.14)) +
    stroke('M0 0V-86', tint(colour, 0.3), 2.5)
  );
}

/** A round leaf on a short stalk, 100 long. */
export function roundLeaf(pen: Pen, colour: string): string {
  return (
    stroke('M0 0V-24', shade(colour, 0.2), 5) +
    path('M0 -16C-52 -24 -48 -96 0 -100C48 -96 52 -24 0 -16Z', pen.face(colour)) +
    path('M0 -16C52 -24 48 -96 0 -100Z', shade(colour, 0.1)) +
    stroke('M0 -16V-80', tint(colour, 0.35), 2)
  );
}

export interface Growth {
  x: number;
  y: number;
  /** Clockwise from straight up. */
  degrees: number;
  scale: number;
}

/** One leaf, made by `draw` around the origin, at each of the places. */
export function foliage(places: readonly Growth[], draw: (index: number) => string): string {
  return places.map(({ x, y, degrees, scale }, index) => placed(x, y, degrees, scale, draw(index))).join('');
}
