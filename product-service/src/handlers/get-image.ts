import type { getImage } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';

export function handleGetImage({ images }: Context): RpcHandler<typeof getImage> {
  return async ({ image, width }) => {
    const bytes = await images.find(image, width);
    if (!bytes) return failed('image-unknown', 'No product has this image.');
    return { ok: true, contentType: 'image/webp', base64: bytes.toString('base64') };
  };
}
