import type { RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { compileView } from '../http/views.js';
import { readCatalogueQuery } from '../shop/catalogue-query.js';
import { notCurrent } from '../shop/words.js';

interface CatalogueModel {
  readonly finder: string;
  readonly grid: string;
  readonly csrfToken: string;
}

/** `GET /`: what the shop sells, page by page. */
export function showCatalogue({ catalogue, pages, events }: FrontendContext): RequestHandler {
  const view = compileView<CatalogueModel>('catalogue');
  return async (request, response) => {
    const wanted = readCatalogueQuery(request.query);
    const { finder, grid, current } = await catalogue.page(wanted);
    events.funnel('catalogue-viewed');
    const csrfToken = pages.token(request, response);
    pages.send(request, response, {
      title: wanted.category ?? 'Things for every day',
      body: view({ finder, grid, csrfToken }),
      notices: current ? [] : [notCurrent],
    });
  };
}
