import { newTraceId, runInTrace } from '@micromall/platform';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from 'express';
import type Stripe from 'stripe';
import type { Context } from '../context.js';
import { failpoint } from '../failpoints.js';
import { handleStripeEvent, metadataOf } from '../use-cases/handle-stripe-event.js';
import { inPurchaseTrace } from '../use-cases/in-purchase-trace.js';

/** Far more than any event of Stripe has. */
const largestBody = '1mb';
/** Stripe's own default: https://docs.stripe.com/webhooks#replay-prevention */
const toleranceSeconds = 300;

/** The only address of this service: `POST /webhook`, for Stripe. */
export function createWebhookApp(context: Context): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(measure(context));
  const { STRIPE_WEBHOOK_SECRET: secret } = context.config;
  if (secret !== undefined) {
    // The signature covers the very bytes, so the body stays as it came.
    app.post('/webhook', express.raw({ type: () => true, limit: largestBody }), receive(context, secret));
  }
  app.use((_request, response) => {
    const text =
      secret === undefined
        ? 'STRIPE_WEBHOOK_SECRET is not set, so nothing is taken here; payments are found by asking Stripe.'
        : 'There is only POST /webhook here.';
    response.status(404).json({ error: text });
  });
  app.use(answerError);
  return app;
}

/** Counts and times every answer, also those to strangers. */
function measure({ events }: Context): RequestHandler {
  return ({ method, path }, response, next) => {
    const started = performance.now();
    response.once('close', () =>
      events.requestAnswered({
        method,
        route: path === '/webhook' ? path : 'none',
        status: response.writableFinished ? response.statusCode : 499,
        durationMs: performance.now() - started,
      }),
    );
    next();
  };
}

function receive(context: Context, secret: string): RequestHandler {
  return async (request, response) => {
    const signature = request.headers['stripe-signature'];
    const verified = verify(context.stripe, request.body, signature, secret);
    if (typeof verified === 'string') {
      context.events.webhookRefused(verified);
      response.status(400).json({ error: verified });
      return;
    }
    failpoint('webhook-received');
    await runInTrace({ traceId: newTraceId() }, () =>
      inPurchaseTrace(metadataOf(verified), () => answer(context, verified, response)),
    );
  };
}

async function answer(context: Context, event: Stripe.Event, response: Response): Promise<void> {
  try {
    const handled = await handleStripeEvent(context, event, 'webhook');
    context.handled.set(event.id, true);
    if (handled) context.events.webhookHandled(event.type);
    else context.events.webhookIgnored(event.type);
    response.json({ received: true });
  } catch (error) {
    context.events.webhookFailed(event.type, error);
    response.status(500).json({ error: 'This event could not be handled now. Send it again later.' });
  }
}

/** The event, or a sentence that says why it is refused. */
function verify(
  stripe: Stripe,
  body: unknown,
  signature: string | string[] | undefined,
  secret: string,
): Stripe.Event | string {
  if (typeof signature !== 'string')
    return 'The header Stripe-Signature is missing: only Stripe may post here.';
  if (!Buffer.isBuffer(body)) return 'There is no body.';
  try {
    return stripe.webhooks.constructEvent(body, signature, secret, toleranceSeconds);
  } catch (error) {
    if (error instanceof SyntaxError) return 'The body is not JSON.';
    const isStale = error instanceof Error && /tolerance/i.test(error.message);
    return isStale
      ? 'The header Stripe-Signature is older than five minutes, so this may be a replay.'
      : 'The header Stripe-Signature does not fit this body and STRIPE_WEBHOOK_SECRET.';
  }
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const isTooLarge =
    typeof error === 'object' && error !== null && 'type' in error && error.type === 'entity.too.large';
  if (isTooLarge) response.status(413).json({ error: `The body is larger than ${largestBody}.` });
  else response.status(400).json({ error: 'The request could not be read.' });
};
