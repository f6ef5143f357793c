import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/**
 * Answers only requests that name this machine: its names without a dot (`localhost`, a container's name), its IP
 * addresses, or the host of PUBLIC_URL. A public name that a stranger points at 127.0.0.1 is refused, so a page
 * on the internet can't use a developer's browser to talk to the stand-in.
 */
export function onlyOwnHost(publicUrl: string): RequestHandler {
  const publicName = new URL(publicUrl).hostname;
  return (request, response, next) => {
    const name = request.hostname?.replace(/^\[|\]$/g, '');
    if (name !== undefined && (name === publicName || !name.includes('.') || isIP(name) !== 0)) {
      next();
      return;
    }
    response
      .status(421)
      .type('text/plain')
      .send('This is the local stand-in for Stripe; it has no such host name.\n');
  };
}
