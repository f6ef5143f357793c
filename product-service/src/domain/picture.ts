import type { imageWidths } from '@micromall/contracts';

export type PictureWidth = (typeof imageWidths)[number];

export interface EncodedPicture {
  /** SHA-256 of the widest version, in hexadecimal. */
  readonly hash: string;
  /** WebP; no version is larger than the picture was. */
  readonly widths: Readonly<Record<PictureWidth, Buffer>>;
}

/** Pictures that a shop may show. Anything else, scripts in SVG above all, never reaches the decoder. */
export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif';

/** What a file is, by its first bytes and not by its name; undefined if it is none of the formats. */
export function pictureFormat(bytes: Buffer): PictureFormat | undefined {
  if (bytes.subarray(0, 8).equals(pngSignature)) return 'png';
  if (bytes.subarray(0, 3).equals(jpegStart)) return 'jpeg';
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'gif';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'webp';
  if (start.endsWith('ftypavif') || start.endsWith('ftypavis')) return 'avif';
  return undefined;
}

/** https://www.w3.org/TR/png-3/#3PNGsignature */
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);
