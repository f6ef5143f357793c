import { largestQuantity, objectId } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { formatMoney } from '../shop/money.js';
import { imageAddress, imageSources } from '../shop/pictures.js';
import { notCurrent, stockLevel, stockWords } from '../shop/words.js';

interface ProductModel {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly categoryAddress: string;
  readonly paragraphs: readonly string[];
  readonly price: string;
  readonly stock: string;
  readonly stockLevel: string;
  readonly mostQuantity: number;
  readonly image: string;
  readonly imageSources: string | undefined;
  readonly csrfToken: string;
}

/** `GET /products/:id`: one product, and how many of it to put into the cart. */
export function showProduct(
  { products, pages, events }: FrontendContext,
  problemPages: ProblemPages,
): RequestHandler {
  const view = compileView<ProductModel>('product');
  return async (request, response) => {
    const productId = objectId.safeParse(request.params.id);
    if (!productId.success) return problemPages.send(request, response, problems.notFound);
    const found = await products.find(productId.data);
    if (!found) return problemPages.send(request, response, problems.notFound);
    const { product, current } = found;
    events.funnel('product-viewed');
    return pages.send(request, response, {
      title: product.name,
      notices: current ? [] : [notCurrent],
      body: view({
        productId: product.productId,
        name: product.name,
        category: product.category,
        categoryAddress: `/?category=${encodeURIComponent(product.category)}`,
        paragraphs: product.description.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== ''),
        price: formatMoney(product.price, product.currency),
        stock: stockWords(product.available),
        stockLevel: stockLevel(product.available),
        mostQuantity: Math.min(product.available, largestQuantity),
        image: imageAddress(product.image, 800),
        imageSources: imageSources(product.image, [400, 800, 1200]),
        csrfToken: pages.token(request, response),
      }),
    });
  };
}
