import { newTraceId, runInTrace } from '@micromall/platform';
import type { RequestHandler } from 'express';
import type { FrontendEvents } from '../events.js';

declare global {
  namespace Express {
    interface Locals {
      /** 32 hexadecimal digits: in the header X-Request-Id, every message, every log line and every error page. */
      traceId: string;
    }
  }
}

/** Gives each request its trace id, and tells of it once it is answered (or its visitor has gone). */
export function traceRequests(events: FrontendEvents): RequestHandler {
  return (request, response, next) => {
    const traceId = newTraceId();
    const started = performance.now();
    response.locals.traceId = traceId;
    response.setHeader('X-Request-Id', traceId);
    response.once('close', () => {
      runInTrace({ traceId }, () =>
        events.requestAnswered({
          method: request.method,
          path: request.path,
          route: routeOf(request.route, request.path),
          status: response.writableFinished ? response.statusCode : 499,
          durationMs: performance.now() - started,
        }),
      );
    });
    runInTrace({ traceId }, next);
  };
}

/** The pattern of the route, not the address: addresses are without number, and would be as many time series. */
function routeOf(route: unknown, path: string): string {
  if (typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string') {
    return route.path;
  }
  return path.startsWith('/assets/') ? '/assets/*' : 'none';
}
