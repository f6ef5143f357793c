import { RpcError } from '@micromall/platform';
import type { RequestHandler } from 'express';
import type { FrontendContext } from '../context.js';
import { compileView } from '../http/views.js';
import type { Notice } from '../session/session.js';
import { readCatalogueQuery } from '../shop/catalogue-query.js';

interface CatalogueModel {
  readonly finder: string;
  readonly grid: string;
  readonly csrfToken: string;
}

const notCurrent: Notice = {
  kind: 'alert',
  text: 'Our storeroom does not answer just now: prices and stock are some minutes old.',
};

/** `GET /`: what the shop sells, page by page. */
export function showCatalogue({ catalogue, pages, events }: FrontendContext): RequestHandler {
  const view = compileView<CatalogueModel>('catalogue');
  const resting = compileView<{ traceId: string }>('catalogue-resting');
  return async (request, response) => {
    const wanted = readCatalogueQuery(request.query);
    try {
      const { finder, grid, current } = await catalogue.page(wanted);
      const csrfToken = pages.token(request, response);
      pages.send(request, response, {
        title: wanted.category ?? 'Things for every day',
        body: view({ finder, grid, csrfToken }),
        notices: current ? [] : [notCurrent],
      });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      events.partMissing('catalogue', error);
      const { traceId } = response.locals;
      pages.send(request, response, {
        title: 'The catalogue is resting',
        status: 503,
        body: resting({ traceId }),
      });
    }
  };
}
