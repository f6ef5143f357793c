import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Sandbox } from './context.js';
import { apiRouter } from './handlers/api.js';
import { controlRouter } from './handlers/control.js';
import { onlyOwnHost } from './handlers/own-host.js';
import { checkoutRouter } from './pages/checkout.js';
import { showDashboard } from './pages/dashboard.js';
import { preparePages, showMissing } from './pages/pages.js';

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
  app.use(checkoutRouter(sandbox));
  app.get('/', (_request, response) => showDashboard(sandbox, response));
  app.use((_request, response) => showMissing(response));
  app.use(answerError(sandbox));
  return app;
}

const SENTENCES: Record<number, string> = {
  400: 'The request could not be read.',
  413: 'The request is too large.',
  500: 'The stand-in has a defect; its log has the details.',
};

/** The last resort of everything outside the API: a status and a sentence, never a stack. */
function answerError(sandbox: Sandbox): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const given: unknown = typeof error === 'object' && error ? Reflect.get(error, 'status') : undefined;
    const status = typeof given === 'number' && given >= 400 && given < 500 ? given : 500;
    if (status === 500) sandbox.log.error({ err: error }, 'a request failed');
    response.status(status).json({ error: SENTENCES[status] ?? 'The request is not right.' });
  };
}
