import type { Request, Response } from 'express';
import type { Notice } from '../domain/notice.js';
import { sessionOf, takeNotices } from '../store/sessions.js';
import { shopperOf } from '../store/shopper.js';
import { assetAddress } from './assets.js';
import type { Csrf } from './csrf.js';
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
  readonly shopName: string;
  readonly title: string;
  readonly body: string;
  readonly notices: readonly Notice[];
  readonly refresh: { readonly seconds: number; readonly url: string } | undefined;
  /** False while nobody can say who asks: then nothing about the visitor is claimed. */
  readonly recognised: boolean;
  readonly name: string | undefined;
  readonly isAdmin: boolean;
  readonly cartCount: number;
  readonly csrfToken: string;
  readonly stylesheet: string;
  readonly script: string;
  readonly icon: string;
}

/** What is unavailable is usually back by then. */
const retryAfterSeconds = 10;
const unrecognised: Notice = {
  kind: 'alert',
  text: 'Your cart and your account are resting: we can not look up who you are just now. Nothing in them is lost, and they come back by themselves.',
};

export interface PageFrame {
  /** The token that each form of the page which is being made must carry. */
  token(request: Request, response: Response): string;
  /** Answers with a whole page. */
  send(request: Request, response: Response, page: Page): void;
}

/** @param shopName stands at the top of every page and in its title */
export function createPageFrame(csrf: Csrf, shopName: string): PageFrame {
  const frame = compileView<FrameModel>('frame');
  const assets = {
    stylesheet: assetAddress('site.css'),
    script: assetAddress('site.js'),
    icon: assetAddress('icon.svg'),
  };

  function token(request: Request, response: Response): string {
    // A shopper who can't be recognised just now must not be given a guest's token for the one they have.
    const earlier = response.locals.sessionsUnavailable ? csrf.cookieToken(request) : undefined;
    response.locals.csrfToken ??= earlier ?? csrf.tokenFor(request, response);
    return response.locals.csrfToken;
  }

  function send(request: Request, response: Response, page: Page): void {
    const shopper = shopperOf(request);
    const html = frame({
      ...assets,
      shopName,
      title: page.title,
      body: page.body,
      notices: [
        ...takeNotices(request),
        ...(response.locals.sessionsUnavailable ? [unrecognised] : []),
        ...(page.notices ?? []),
      ],
      refresh: page.refresh,
      recognised: sessionOf(request) !== undefined,
      name: shopper?.account.name,
      isAdmin: shopper?.account.role === 'admin',
      cartCount: sessionOf(request)?.cartCount ?? 0,
      csrfToken: shopper ? token(request, response) : '',
    });
    const { status = 200 } = page;
    response.status(status);
    if (status === 503) response.setHeader('Retry-After', String(retryAfterSeconds));
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
