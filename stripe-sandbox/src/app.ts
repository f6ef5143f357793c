import express, { type Express } from 'express';
import { apiRouter } from './api/router.js';
import type { Sandbox } from './context.js';
import { controlRouter } from './control/router.js';
import { onlyOwnHost } from './http/own-host.js';

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
  return app;
}
