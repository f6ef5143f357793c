import { objectId } from '@micromall/contracts';
import type { RequestHandler } from 'express';
import type { Context } from '../context.js';
import { notCurrent, stockLabel, stockUrgency } from '../domain/labels.js';
import { formatMoney } from '../domain/money.js';
import { imageAddress, imageSources } from '../domain/pictures.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';

interface ProductModel {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly categoryAddress: string;
  readonly paragraphs: readonly string[];
  readonly price: string;
  readonly stock: string;
  readonly urgency: string;
  readonly image: string | undefined;
  readonly imageSources: string | undefined;
  readonly csrfToken: string;
}

/** `GET /products/:id`: one product, and how many of it to put into the cart. */
export function showProduct(
  { products, pages, events }: Context,
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
        stock: stockLabel(product.available),
        urgency: stockUrgency(product.available),
        image: imageAddress(product.image, 800),
        imageSources: imageSources(product.image, [400, 800, 1200]),
        csrfToken: pages.token(request, response),
      }),
    });
  };
}
