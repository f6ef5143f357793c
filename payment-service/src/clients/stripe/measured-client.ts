import Stripe from 'stripe';

export const stripeOutcomes = ['ok', 'refused', 'failed', 'no-answer'] as const;

/** One request to Stripe's API, as it ended; the SDK's own repetitions are requests of their own. */
export interface StripeRequest {
  /** Method and address without ids, such as `POST /v1/checkout/sessions/:id/expire`. */
  readonly operation: string;
  /** `refused`: Stripe understood, and says no; `failed`: it could not, or too many asked; `no-answer`: none came. */
  readonly outcome: (typeof stripeOutcomes)[number];
  readonly durationMs: number;
}

/**
 * Carries requests as Node does.
 * @param ended called once for each request
 */
export function measureRequests(ended: (request: StripeRequest) => void): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(host, port, path, method, ...rest) {
      const started = performance.now();
      const report = (outcome: StripeRequest['outcome']): void =>
        ended({ operation: operationOf(method, path), outcome, durationMs: performance.now() - started });
      try {
        const response = await client.makeRequest(host, port, path, method, ...rest);
        report(outcomeOf(response.getStatusCode()));
        return response;
      } catch (error) {
        report('no-answer');
        throw error;
      }
    },
  };
}

/** Ids begin with a short prefix: https://docs.stripe.com/api#object-ids. Without them there are few addresses. */
export function operationOf(method: string, path: string): string {
  const [address = ''] = path.split('?');
  const segments = address.split('/').map((segment) => (/^[a-z]{2,5}_/.test(segment) ? ':id' : segment));
  return `${method} ${segments.join('/')}`;
}

function outcomeOf(status: number): StripeRequest['outcome'] {
  if (status < 400) return 'ok';
  return status === 429 || status >= 500 ? 'failed' : 'refused';
}
