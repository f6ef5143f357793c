import { getImage } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';

const fileName = /^([0-9a-f]{64})-(\d{3,4})\.webp$/;
const contract = getImage.request.shape;
const picture = z.object({
  hash: contract.image,
  width: z.string().transform(Number).pipe(contract.width),
});

/** `GET /images/<hash>-<width>.webp`: a picture that never changes, so browsers keep it for ever. */
export function showImage({ images }: Context): RequestHandler<{ file: string }> {
  return async (request, response) => {
    const [, hash, width] = fileName.exec(request.params.file) ?? [];
    const wanted = picture.safeParse({ hash, width });
    const tag = `"${request.params.file}"`;
    response.setHeader('Cache-Control', 'no-store');
    if (!wanted.success) return void response.status(404).type('text').send('There is no such picture.');
    // The address names the content, so whoever has it already has the right one.
    if (request.headers['if-none-match'] === tag) {
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      return void response.status(304).setHeader('ETag', tag).end();
    }
    const found = await images.find(wanted.data.hash, wanted.data.width);
    if (found === 'unknown') return void response.status(404).type('text').send('There is no such picture.');
    if (found === 'unavailable') {
      return void response.status(503).type('text').send('The picture can not be fetched just now.');
    }
    // A picture that only stands in is shown and not cached.
    if (found.exact) {
      response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      response.setHeader('ETag', tag);
    }
    return void response.type('image/webp').send(found.bytes);
  };
}
