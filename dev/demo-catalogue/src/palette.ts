/** The colours of the whole catalogue: few, muted, and used again across categories so that a page of products belongs together. */
export const colours = {
  white: '#fdfaf4',
  cream: '#f5ead8',
  sand: '#e2cdab',
  blush: '#e6a896',
  terracotta: '#c9694a',
  poppy: '#cf513f',
  mustard: '#e2a53a',
  lemon: '#f3cd4f',
  sage: '#93ad8c',
  leaf: '#5c8f5f',
  forest: '#33604f',
  teal: '#2f7f86',
  sky: '#8fb8d6',
  navy: '#2f3d60',
  plum: '#6d4a72',
  charcoal: '#3a3c47',
  steel: '#bcc4cc',
  brass: '#d4a650',
  copper: '#c57f55',
  oak: '#d0a06a',
  walnut: '#8b5a3b',
  leather: '#b0693d',
} as const;

/** Shadows lean towards plum and lights towards warm white, never towards pure black and white. */
const dark = '#2a1c33';
const light = '#fffaf0';

/** `amount` 0 leaves the colour as it is, 1 gives the deepest shadow. */
export function shade(colour: string, amount: number): string {
  return mix(colour, dark, amount);
}

/** `amount` 0 leaves the colour as it is, 1 gives the brightest light. */
export function tint(colour: string, amount: number): string {
  return mix(colour, light, amount);
}

/** The colour with an opacity from 0 to 1, as `#rrggbbaa`. */
export function alpha(colour: string, opacity: number): string {
  return colour + hexByte(opacity * 255);
}

/** What shadows are made of, at the given opacity. */
export function shadow(opacity: number): string {
  return alpha(dark, opacity);
}

/** What reflections are made of, at the given opacity. */
export function gleam(opacity: number): string {
  return alpha(light, opacity);
}

/** A colour between two `#rrggbb` colours; `share` is how much of the second one. */
export function mix(first: string, second: string, share: number): string {
  const from = channels(first);
  const to = channels(second);
  return `#${from.map((value, index) => hexByte(value + ((to[index] ?? value) - value) * share)).join('')}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

function hexByte(value: number): string {
  return Math.round(value).toString(16).padStart(2, '0');
}
