import type { RequestHandler } from 'express';
import type { CachedCatalogue } from '../clients/catalogue-cache.js';
import type { Context } from '../context.js';
import { type CatalogueModel, catalogueModel } from '../domain/catalogue-model.js';
import { type CatalogueQuery, readCatalogueQuery } from '../domain/catalogue-query.js';
import { notCurrent } from '../domain/labels.js';
import { compileView } from '../http/views.js';

/** What stands before the form of the products, and what stands in it: the same for every visitor. */
interface CatalogueHtml {
  readonly finder: string;
  readonly grid: string;
}

/** `GET /`: what the shop sells, page by page. */
export function showCatalogue({ catalogue, pages, events }: Context): RequestHandler {
  const view = compileView<CatalogueHtml & { readonly csrfToken: string }>('catalogue');
  const finder = compileView<CatalogueModel>('catalogue-finder');
  const grid = compileView<CatalogueModel>('catalogue-grid');
  /** Rendered once for each answer, and dropped with it. */
  const rendered = new WeakMap<CachedCatalogue['answer'], CatalogueHtml>();

  function render(wanted: CatalogueQuery, answer: CachedCatalogue['answer']): CatalogueHtml {
    const earlier = rendered.get(answer);
    if (earlier) return earlier;
    const model = catalogueModel(wanted, answer);
    const html = { finder: finder(model), grid: grid(model) };
    rendered.set(answer, html);
    return html;
  }

  return async (request, response) => {
    const wanted = readCatalogueQuery(request.query);
    const { answer, current } = await catalogue.page(wanted);
    events.funnel('catalogue-viewed');
    const csrfToken = pages.token(request, response);
    pages.send(request, response, {
      title: wanted.category ?? 'Things for every day',
      body: view({ ...render(wanted, answer), csrfToken }),
      notices: current ? [] : [notCurrent],
    });
  };
}
