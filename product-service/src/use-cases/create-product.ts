import {
  type createProduct,
  isChargeable,
  leastCharge,
  mostCharge,
  type Product,
  type RpcRequest,
} from '@micromall/contracts';
import type { Context } from '../context.js';

export type CreateProductResult =
  | { readonly kind: 'created'; readonly product: Product }
  /** Stripe takes from `least` to `most`, minor units. A product can be bought alone, with free shipping. */
  | { readonly kind: 'price-not-payable'; readonly least: number; readonly most: number }
  /** `why` is a sentence for a person. */
  | { readonly kind: 'image-unreadable'; readonly why: string };

/** Adds a product with its picture. A call that is delivered again gets the product that it created. */
export async function addProduct(
  context: Context,
  { imageBase64, ...request }: RpcRequest<typeof createProduct>,
  callId: string | undefined,
): Promise<CreateProductResult> {
  const { products, catalogue, events, currency } = context;
  const earlier = callId === undefined ? undefined : await products.findByCall(callId);
  if (earlier) return { kind: 'created', product: earlier };
  if (!isChargeable(request.price, currency)) {
    events.priceRefused(request.price);
    return { kind: 'price-not-payable', least: leastCharge(currency), most: mostCharge };
  }
  const picture = await storePicture(context, imageBase64);
  if ('why' in picture) {
    events.imageRefused(picture.why);
    return { kind: 'image-unreadable', why: picture.why };
  }
  const { product, isNew } = await products.add({ ...request, currency, image: picture.hash }, callId);
  if (isNew) {
    catalogue.invalidate();
    const { productId } = product;
    events.productCreated({ productId, quantity: request.quantity, withImage: picture.hash !== null });
  }
  return { kind: 'created', product };
}

/** The picture is stored before its product, so that no product ever shows a missing one. */
async function storePicture(
  { pictures, images }: Context,
  imageBase64: string | undefined,
): Promise<{ readonly hash: string | null } | { readonly why: string }> {
  if (imageBase64 === undefined) return { hash: null };
  const encoded = await pictures.encode(Buffer.from(imageBase64, 'base64'));
  if (!encoded.ok) return { why: encoded.why };
  await images.add(encoded.picture);
  return { hash: encoded.picture.hash };
}
