export interface DemoProduct {
  /** Names the product in scripts and tests; never changes. */
  key: string;
  name: string;
  description: string;
  category: string;
  /** Integer, minor units (cents of SGD). */
  price: number;
  /** How many the shop starts with. */
  quantity: number;
  /** Draws the picture: a square SVG document, the same text at every call. */
  svg(): string;
}
