import express, { type Express } from 'express';
import { apiRouter } from './api/router.js';
import { checkoutPageRouter } from './checkout-page/router.js';
import type { Sandbox } from './context.js';
import { controlRouter } from './control/router.js';
import { dashboardRouter } from './dashboard/router.js';
import { answerErrors } from './http/errors.js';
import { onlyOwnHost } from './http/own-host.js';
import { preparePages, showMissing } from './http/pages.js';

/** Everything that answers on the one port. */
export function createApp(sandbox: Sandbox): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(onlyOwnHost(sandbox.publicUrl));
  app.get(['/healthz', '/readyz'], (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.use(apiRouter(sandbox));
  app.use(controlRouter(sandbox));
  preparePages(app);
  app.use(checkoutPageRouter(sandbox));
  app.use(dashboardRouter(sandbox));
  app.use((_request, response) => showMissing(response));
  app.use(answerErrors(sandbox));
  return app;
}
