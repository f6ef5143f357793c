import type { imageWidths } from '@micromall/contracts';
import { assetAddress } from '../http/assets.js';

type Width = (typeof imageWidths)[number];

const noPicture = assetAddress('no-picture.svg');

/** Where a picture is, or the drawing that stands in for one. */
export function imageAddress(hash: string | null, width: Width): string {
  return hash === null ? noPicture : `/images/${hash}-${width}.webp`;
}

/** The `srcset` of a picture: the browser takes the one that fits its screen. */
export function imageSources(hash: string | null, widths: readonly Width[]): string | undefined {
  if (hash === null) return undefined;
  return widths.map((width) => `/images/${hash}-${width}.webp ${width}w`).join(', ');
}
