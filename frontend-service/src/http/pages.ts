import type { Request, Response } from 'express';
import type { Csrf } from '../csrf.js';
import { type Notice, sessionOf, takeNotices } from '../session/session.js';
import { shopperOf } from '../session/shopper.js';
import { assetAddress } from './assets.js';
import { compileView } from './views.js';

/** A page before the frame of the site is put around it. */
export interface Page {
  readonly title: string;
  readonly body: string;
  readonly status?: number;
  /** Said at the top, after the notices that waited in the session. */
  readonly notices?: readonly Notice[];
  /** Loads `url` after some seconds, without any script. */
  readonly refresh?: { readonly seconds: number; readonly url: string };
}

interface FrameModel {
  readonly title: string;
  readonly body: string;
  readonly notices: readonly Notice[];
  readonly refresh: { readonly seconds: number; readonly url: string } | undefined;
  readonly name: string | undefined;
  readonly isAdmin: boolean;
  readonly cartCount: number;
  readonly csrfToken: string;
  readonly stylesheet: string;
  readonly script: string;
  readonly icon: string;
}

export interface Pages {
  /** The token that each form of the page which is being made must carry. */
  token(request: Request, response: Response): string;
  /** Answers with a whole page. */
  send(request: Request, response: Response, page: Page): void;
}

export function createPages(csrf: Csrf): Pages {
  const frame = compileView<FrameModel>('frame');
  const assets = {
    stylesheet: assetAddress('site.css'),
    script: assetAddress('site.js'),
    icon: assetAddress('icon.svg'),
  };

  function token(request: Request, response: Response): string {
    response.locals.csrfToken ??= csrf.tokenFor(request, response);
    return response.locals.csrfToken;
  }

  function send(request: Request, response: Response, page: Page): void {
    const shopper = shopperOf(request);
    const html = frame({
      ...assets,
      title: page.title,
      body: page.body,
      notices: [...takeNotices(request), ...(page.notices ?? [])],
      refresh: page.refresh,
      name: shopper?.account.name,
      isAdmin: shopper?.account.role === 'admin',
      cartCount: sessionOf(request)?.cartCount ?? 0,
      csrfToken: shopper ? token(request, response) : '',
    });
    response.status(page.status ?? 200);
    // A page of someone who is logged in must not come back with the browser's "back" after they have left.
    response.setHeader('Cache-Control', shopper ? 'private, no-store' : 'private, no-cache');
    response.type('html').send(html);
  }

  return { token, send };
}

declare global {
  namespace Express {
    interface Locals {
      csrfToken?: string;
    }
  }
}
