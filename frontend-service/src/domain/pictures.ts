import type { imageWidths } from '@micromall/contracts';

/** In pixels. */
export type ImageWidth = (typeof imageWidths)[number];

/** Where a picture is; undefined for a product without one, for which the page has a drawing. */
export function imageAddress(hash: string | null, width: ImageWidth): string | undefined {
  return hash === null ? undefined : `/images/${hash}-${width}.webp`;
}

/** The `srcset` of a picture: the browser takes the one that fits its screen. */
export function imageSources(hash: string | null, widths: readonly ImageWidth[]): string | undefined {
  if (hash === null) return undefined;
  return widths.map((width) => `/images/${hash}-${width}.webp ${width}w`).join(', ');
}
