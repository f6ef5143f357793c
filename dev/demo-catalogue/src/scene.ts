import { gleam, shade, shadow, tint } from './palette.js';
import { canvas, Pen } from './pen.js';
import { element, ellipse, rect } from './shapes.js';

/** Where the wall meets the table. Things stand lower, around 812. */
export const horizon = 672;

export type Draw = (pen: Pen) => string;

/** The surroundings that the products of one category share. */
export interface Backdrop {
  wall: string;
  floor: string;
  /** A quiet shape on the wall; `tone` is a colour that stays in the background. */
  motif(pen: Pen, tone: string): string;
}

/** Something that stands on a table before a wall, as an SVG document. */
export function tabletop(backdrop: Backdrop, draw: Draw): string {
  const pen = new Pen();
  return svgDocument(
    pen,
    rect(0, 0, canvas, horizon, pen.down(tint(backdrop.wall, 0.22), backdrop.wall)),
    backdrop.motif(pen, backdrop.floor),
    rect(
      0,
      horizon,
      canvas,
      canvas - horizon,
      pen.down(shade(backdrop.floor, 0.05), tint(backdrop.floor, 0.16)),
    ),
    rect(0, horizon, canvas, 5, gleam(0.22)),
    light(pen),
    draw(pen),
  );
}

/** Something that lies on a table, seen from above, as an SVG document. */
export function flatLay(backdrop: Backdrop, draw: Draw): string {
  const pen = new Pen();
  const stripe = pen.across(gleam(0), [0.12, gleam(0.3)], [0.88, gleam(0.3)], gleam(0));
  return svgDocument(
    pen,
    rect(0, 0, canvas, canvas, pen.diagonal(tint(backdrop.wall, 0.12), backdrop.wall, backdrop.floor)),
    // Daylight through a window, off the picture to the left.
    element(
      'g',
      { transform: 'rotate(28 500 500)' },
      rect(60, -300, 300, 1600, stripe),
      rect(410, -300, 170, 1600, stripe),
    ),
    light(pen),
    draw(pen),
  );
}

/** The shadow of something that stands on the table: dark where it touches, long and soft to the right. */
export function standingShadow(pen: Pen, cx: number, y: number, halfWidth: number): string {
  return (
    pen.blur(24, ellipse(cx + halfWidth * 0.22, y + 8, halfWidth * 1.15, 34, shadow(0.26))) +
    pen.blur(7, ellipse(cx + 6, y, halfWidth * 0.98, 13, shadow(0.42)))
  );
}

function light(pen: Pen): string {
  return (
    rect(0, 0, canvas, canvas, pen.radial(0.26, 0.18, 0.7, gleam(0.42), gleam(0))) +
    rect(0, 0, canvas, canvas, pen.radial(0.45, 0.45, 0.8, [0.55, shadow(0)], [1, shadow(0.13)]))
  );
}

function svgDocument(pen: Pen, ...layers: string[]): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${canvas} ${canvas}`,
      width: canvas,
      height: canvas,
    },
    pen.definitions(),
    ...layers,
  );
}
