export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * A box around drawn shapes, or undefined where it can't be told without following transforms, arcs or relative
 * path commands. Curves count with their control points, so the box may be a little large, never too small.
 *
 * It exists for speed: a blur costs in proportion to its region, and blurring the whole square for each small
 * shadow makes a picture take a second instead of a fifth of one.
 */
export function extent(svg: string): Box | undefined {
  if (svg.includes(' transform=')) return undefined;
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [tag] of svg.matchAll(/<(?:rect|circle|ellipse|path) [^>]*>/g)) {
    const d = / d="([^"]*)"/.exec(tag)?.[1];
    if (d !== undefined && /[^MLCSQHVZ\d\s.-]/.test(d)) return undefined;
    const edge = read(tag, 'stroke-width') / 2;
    const points = d === undefined ? corners(tag) : pathPoints(d);
    xs.push(...points.xs.flatMap((x) => [x - edge, x + edge]));
    ys.push(...points.ys.flatMap((y) => [y - edge, y + edge]));
  }
  if (xs.length === 0 || ys.length === 0) return undefined;
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

interface Points {
  xs: number[];
  ys: number[];
}

function corners(tag: string): Points {
  if (tag.startsWith('<rect')) {
    const x = read(tag, 'x');
    const y = read(tag, 'y');
    return { xs: [x, x + read(tag, 'width')], ys: [y, y + read(tag, 'height')] };
  }
  const rx = read(tag, 'r') + read(tag, 'rx');
  const ry = read(tag, 'r') + read(tag, 'ry');
  const cx = read(tag, 'cx');
  const cy = read(tag, 'cy');
  return { xs: [cx - rx, cx + rx], ys: [cy - ry, cy + ry] };
}

function pathPoints(d: string): Points {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [, command, rest] of d.matchAll(/([MLCSQHV])([^MLCSQHVZ]*)/g)) {
    const values = (rest?.match(/-?[\d.]+/g) ?? []).map(Number);
    if (command === 'H') xs.push(...values);
    else if (command === 'V') ys.push(...values);
    else {
      xs.push(...values.filter((_, index) => index % 2 === 0));
      ys.push(...values.filter((_, index) => index % 2 === 1));
    }
  }
  return { xs, ys };
}

/** A numeric attribute, 0 when it is missing. */
function read(tag: string, name: string): number {
  return Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? 0);
}
