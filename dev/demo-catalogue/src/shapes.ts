export type Attributes = Readonly<Record<string, string | number>>;

/** One SVG element. Numbers are rounded so that the same drawing is the same text on every machine. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : value}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A coordinate with at most two decimals. */
export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  more: Attributes = {},
): string {
  return element('rect', { x, y, width, height, fill, ...more });
}

export function circle(cx: number, cy: number, r: number, fill: string, more: Attributes = {}): string {
  return element('circle', { cx, cy, r, fill, ...more });
}

export function ellipse(
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  fill: string,
  more: Attributes = {},
): string {
  return element('ellipse', { cx, cy, rx, ry, fill, ...more });
}

export function path(d: string, fill: string, more: Attributes = {}): string {
  return element('path', { d, fill, ...more });
}

/** A line along a path, with round ends. */
export function stroke(d: string, colour: string, width: number, more: Attributes = {}): string {
  return element('path', {
    d,
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    ...more,
  });
}

/** A thin ring. */
export function ring(cx: number, cy: number, r: number, colour: string, width: number): string {
  return circle(cx, cy, r, 'none', { stroke: colour, 'stroke-width': width });
}

export function group(attributes: Attributes, ...children: string[]): string {
  return element('g', attributes, ...children);
}

export function moved(dx: number, dy: number, ...children: string[]): string {
  return group({ transform: `translate(${number(dx)} ${number(dy)})` }, ...children);
}

/** Turned clockwise around a point. */
export function turned(degrees: number, cx: number, cy: number, ...children: string[]): string {
  return group({ transform: `rotate(${number(degrees)} ${number(cx)} ${number(cy)})` }, ...children);
}

/** Placed at a point, turned and scaled: for parts drawn around their own origin. */
export function placed(x: number, y: number, degrees: number, scale: number, ...children: string[]): string {
  const transform = `translate(${number(x)} ${number(y)}) rotate(${number(degrees)}) scale(${number(scale)})`;
  return group({ transform }, ...children);
}

/** The results of `draw` for 0, 1, … count-1, one after another. */
export function repeat(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join('');
}

/** A point on a circle; 0 degrees is up, and degrees grow clockwise. */
export function around(cx: number, cy: number, radius: number, degrees: number): { x: number; y: number } {
  const angle = ((degrees - 90) * Math.PI) / 180;
  return { x: cx + radius * Math.cos(angle), y: cy + radius * Math.sin(angle) };
}

export interface Speck {
  /** All three lie in 0..1. */
  x: number;
  y: number;
  size: number;
}

/** Points that look thrown at random and are the same every time (the Park-Miller sequence). */
export function scatter(count: number, seed: number): Speck[] {
  let state = seed;
  function next(): number {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  }
  return Array.from({ length: count }, () => ({ x: next(), y: next(), size: next() }));
}
