import type { createProduct, RpcRequest } from '@micromall/contracts';
import { failed, type RpcHandler } from '@micromall/platform';
import type { Context } from '../context.js';

export function handleCreateProduct(context: Context): RpcHandler<typeof createProduct> {
  return async (request, { callId }) => {
    const made = callId === undefined ? undefined : await context.products.findByCall(callId);
    if (made) return { ok: true, product: made };

    const image = await keepImage(context, request);
    if (!image.ok) {
      context.events.imageRefused(image.why);
      return failed('image-unreadable', image.why);
    }
    const { name, description, category, price, quantity } = request;
    const { product, isNew } = await context.products.add(
      { name, description, category, price, currency: context.currency, image: image.hash, quantity },
      callId,
    );
    if (isNew) {
      context.catalogue.forget();
      const withImage = image.hash !== null;
      context.events.productCreated({ productId: product.productId, quantity, withImage });
    }
    return { ok: true, product };
  };
}

type KeptImage =
  | { readonly ok: true; readonly hash: string | null }
  | { readonly ok: false; readonly why: string };

/** The image is kept before its product, so that no product ever shows one that is not there. */
async function keepImage(
  { pictures, images }: Context,
  { imageBase64 }: RpcRequest<typeof createProduct>,
): Promise<KeptImage> {
  if (imageBase64 === undefined) return { ok: true, hash: null };
  const encoded = await pictures.encode(Buffer.from(imageBase64, 'base64'));
  if (!encoded.ok) return encoded;
  await images.keep(encoded.picture);
  return { ok: true, hash: encoded.picture.hash };
}
