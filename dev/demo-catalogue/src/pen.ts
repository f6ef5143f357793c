import { extent } from './extent.js';
import { gleam, shade, tint } from './palette.js';
import { type Attributes, element, group, number } from './shapes.js';

/** The side of the square that everything is drawn in. */
export const canvas = 1000;

/** A colour, or a colour at a place from 0 to 1; plain colours are spread evenly. */
export type Stop = string | readonly [at: number, colour: string];

/**
 * What one drawing paints with: gradients, clipping, blur. Each call defines what it needs under the next free
 * id, so that the same drawing is always the same text.
 */
export class Pen {
  readonly #definitions: string[] = [];

  /** A paint from left to right. */
  across(...stops: Stop[]): string {
    return this.#linear({ x1: 0, y1: 0, x2: 1, y2: 0 }, stops);
  }

  /** A paint from top to bottom. */
  down(...stops: Stop[]): string {
    return this.#linear({ x1: 0, y1: 0, x2: 0, y2: 1 }, stops);
  }

  /** A paint from the upper left, where the light stands, to the lower right. */
  diagonal(...stops: Stop[]): string {
    return this.#linear({ x1: 0, y1: 0, x2: 1, y2: 1 }, stops);
  }

  /** A paint from a point of the shape outwards; all three are shares of its size. */
  radial(cx: number, cy: number, r: number, ...stops: Stop[]): string {
    return this.#gradient('radialGradient', { cx, cy, r }, stops);
  }

  /** A round upright body: lit on the left, darkest at the right edge. */
  cylinder(colour: string): string {
    return this.across(
      [0, shade(colour, 0.12)],
      [0.12, colour],
      [0.3, tint(colour, 0.26)],
      [0.55, colour],
      [0.88, shade(colour, 0.26)],
      [1, shade(colour, 0.18)],
    );
  }

  /** A ball or a dome. */
  ball(colour: string): string {
    return this.radial(
      0.34,
      0.28,
      0.85,
      tint(colour, 0.42),
      [0.42, colour],
      [0.85, shade(colour, 0.28)],
      [1, shade(colour, 0.36)],
    );
  }

  /** A flat face under even light. */
  face(colour: string): string {
    return this.diagonal(tint(colour, 0.16), [0.5, colour], shade(colour, 0.12));
  }

  /** Polished metal around an upright axis: narrow bands of light and dark. */
  metal(colour: string): string {
    return this.across(...metalStops(colour));
  }

  /** Polished metal around a lying axis. */
  metalBar(colour: string): string {
    return this.down(...metalStops(colour));
  }

  /** The content, only where it lies inside the outline. */
  clip(outline: string, ...content: string[]): string {
    const id = this.#define((name) => element('clipPath', { id: name }, outline));
    return group({ 'clip-path': `url(#${id})` }, ...content);
  }

  blur(radius: number, ...content: string[]): string {
    const id = this.#define((name) =>
      element(
        'filter',
        filterRegion(name, content, radius * 3),
        element('feGaussianBlur', { stdDeviation: radius }),
      ),
    );
    return group({ filter: `url(#${id})` }, ...content);
  }

  /** The content with the soft shadow of something that lies on a table seen from above. */
  lying(height: number, ...content: string[]): string {
    const drop = {
      dx: height * 0.7,
      dy: height * 0.95,
      stdDeviation: height * 0.75,
      'flood-color': shade('#000000', 1),
      'flood-opacity': 0.38,
    };
    const id = this.#define((name) =>
      element('filter', filterRegion(name, content, height * 3.5), element('feDropShadow', drop)),
    );
    return group({ filter: `url(#${id})` }, ...content);
  }

  /** A soft streak of light along a path. */
  sheen(d: string, width: number, opacity: number): string {
    const line = element('path', {
      d,
      fill: 'none',
      stroke: gleam(opacity),
      'stroke-width': width,
      'stroke-linecap': 'round',
    });
    return this.blur(width / 5, line);
  }

  /** Everything defined so far, as one `<defs>`. */
  definitions(): string {
    return element('defs', {}, ...this.#definitions);
  }

  #linear(axis: Attributes, stops: Stop[]): string {
    return this.#gradient('linearGradient', axis, stops);
  }

  #gradient(kind: string, attributes: Attributes, stops: Stop[]): string {
    const id = this.#define((name) => element(kind, { id: name, ...attributes }, ...stopElements(stops)));
    return `url(#${id})`;
  }

  #define(make: (id: string) => string): string {
    const id = `d${this.#definitions.length}`;
    this.#definitions.push(make(id));
    return id;
  }
}

function stopElements(stops: Stop[]): string[] {
  const last = Math.max(1, stops.length - 1);
  return stops.map((stop, index) => {
    const [offset, colour] = typeof stop === 'string' ? [index / last, stop] : stop;
    const opacity = colour.length === 9 ? Number.parseInt(colour.slice(7), 16) / 255 : 1;
    return element('stop', {
      offset: number(offset),
      'stop-color': colour.slice(0, 7),
      ...(opacity < 1 ? { 'stop-opacity': opacity } : {}),
    });
  });
}

function metalStops(colour: string): Stop[] {
  return [
    [0, shade(colour, 0.3)],
    [0.14, colour],
    [0.26, tint(colour, 0.75)],
    [0.38, tint(colour, 0.2)],
    [0.62, shade(colour, 0.2)],
    [0.82, shade(colour, 0.4)],
    [0.92, tint(colour, 0.25)],
    [1, shade(colour, 0.15)],
  ];
}

/** In canvas units, because a share of the shape would cut the blur of flat shapes. */
function filterRegion(id: string, content: readonly string[], margin: number): Attributes {
  const box = extent(content.join('')) ?? { x: 0, y: 0, width: canvas, height: canvas };
  return {
    id,
    filterUnits: 'userSpaceOnUse',
    x: box.x - margin,
    y: box.y - margin,
    width: box.width + margin * 2,
    height: box.height + margin * 2,
  };
}
