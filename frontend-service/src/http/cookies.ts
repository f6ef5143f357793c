import cookieParser from 'cookie-parser';
import type { RequestHandler } from 'express';

/**
 * Reads the cookies as texts. cookie-parser makes an object of a value that begins with `j:`, which anybody can send
 * and nobody behind it expects; such a cookie counts as not sent.
 */
export function readCookies(): RequestHandler[] {
  return [cookieParser(), onlyTexts];
}

const onlyTexts: RequestHandler = (request, _response, next) => {
  const sent: Record<string, unknown> = request.cookies;
  request.cookies = Object.fromEntries(Object.entries(sent).filter(([, value]) => typeof value === 'string'));
  next();
};
