import { createHash } from 'node:crypto';
import { imageWidths } from '@micromall/contracts';
import type { Sharp } from 'sharp';
import { type EncodedPicture, type PictureWidth, pictureFormat } from '../domain/picture.js';

export type EncodeResult =
  | { readonly ok: true; readonly picture: EncodedPicture }
  /** `why` is a sentence for a person. */
  | { readonly ok: false; readonly why: string };

/** A small file may claim to be a huge picture; decoded, this many pixels take about 100 MB. */
const mostPixels = 25_000_000;
const mostSeconds = 10;
/** Answers travel as base64 in one message, and pages load many of them. */
const mostBytes = 190_000;
/** Tried in this order until the picture is small enough; only noise needs the smaller scales. */
const efforts = [
  { quality: 80, scale: 1 },
  { quality: 60, scale: 1 },
  { quality: 35, scale: 1 },
  { quality: 35, scale: 0.6 },
  { quality: 35, scale: 0.35 },
] as const;

/** Decodes a picture that somebody sent and encodes it anew in each width. */
export async function encode(bytes: Buffer): Promise<EncodeResult> {
  if (pictureFormat(bytes) === undefined) {
    return { ok: false, why: 'The file is not a PNG, JPEG, WebP, AVIF or GIF picture.' };
  }
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  try {
    // Decoding anew for each width costs less than passing the decoded pixels through JavaScript.
    const picture = () =>
      sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).timeout({ seconds: mostSeconds });
    const [small, middle, large] = imageWidths;
    const widths = {
      [large]: await webp(picture, large),
      [middle]: await webp(picture, middle),
      [small]: await webp(picture, small),
    };
    const hash = createHash('sha256').update(widths[large]).digest('hex');
    return { ok: true, picture: { hash, widths } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.includes('pixel limit')) {
      return { ok: false, why: 'The picture has more than 25 million pixels; save a smaller one.' };
    }
    return { ok: false, why: 'The picture is damaged or not complete; save it anew and try again.' };
  }
}

/** Turned as the camera was held, and without any other metadata. */
async function webp(picture: () => Sharp, width: PictureWidth): Promise<Buffer> {
  let encoded = Buffer.alloc(0);
  for (const { quality, scale } of efforts) {
    const side = Math.round(width * scale);
    encoded = await picture()
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 3 })
      .toBuffer();
    if (encoded.length <= mostBytes) break;
  }
  return encoded;
}
