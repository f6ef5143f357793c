import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';

/** Both `src` (tests) and `dist` (running) lie beside these folders. */
const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../../public', import.meta.url));

/** Prepares an application to render the pages in `views/` and to serve the files in `public/` under /assets. */
export function preparePages(app: Express): void {
  app.set('views', VIEWS);
  app.set('view engine', 'ejs');
  app.enable('view cache');
  app.use('/assets', express.static(PUBLIC, { maxAge: '10m', index: false, redirect: false }));
}

/**
 * Renders a page: nothing from elsewhere, no inline script, no frames.
 * @param formTarget an origin that a form may lead to; browsers check it along redirects too
 */
export function renderPage(response: Response, view: string, content: object, formTarget = ''): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action 'self' ${formTarget}`.trimEnd(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  response.set({
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  response.render(view, content);
}

/** The page of an address that leads nowhere. */
export function showMissing(response: Response): void {
  renderPage(response.status(404), 'missing', { title: 'Nothing here' });
}
