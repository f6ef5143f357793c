import http from 'node:http';
import https from 'node:https';

/** A receiver that hasn't answered by then has failed. */
const TIMEOUT_MS = 10_000;

export type PostResult = { status: number; error: null } | { status: null; error: string };

/** Sends events to endpoints over kept-alive connections. */
export class WebhookClient {
  readonly #http = new http.Agent({ keepAlive: true, maxSockets: 16 });
  readonly #https = new https.Agent({ keepAlive: true, maxSockets: 16 });

  post(url: string, body: string, signature: string): Promise<PostResult> {
    const isHttps = url.startsWith('https:');
    const options = {
      method: 'POST',
      agent: isHttps ? this.#https : this.#http,
      timeout: TIMEOUT_MS,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signature,
      },
    };
    return new Promise((resolve) => {
      const request = (isHttps ? https : http).request(url, options, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, error: null }));
        response.on('error', (error) => resolve({ status: null, error: error.message }));
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      request.on('error', (error) => resolve({ status: null, error: error.message || error.name }));
      request.end(body);
    });
  }

  /** Ends every connection; requests in flight fail. */
  destroy(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
