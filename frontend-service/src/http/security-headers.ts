import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** What a browser may do with the pages: nothing but their own files, and forms that lead here or to the payment. */
export function securityHeaders(config: { checkoutOrigin: string; overTls: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        'connect-src': ["'self'"],
        'base-uri': ["'none'"],
        // Browsers apply this to the redirect after a form too, which is how "Pay now" reaches the payment page.
        'form-action': ["'self'", config.checkoutOrigin],
        'frame-ancestors': ["'none'"],
        ...(config.overTls ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: config.overTls ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}
