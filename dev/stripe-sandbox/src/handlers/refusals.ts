import { documentationOf } from '../domain/payment-intents.js';

interface ErrorBody {
  type: 'invalid_request_error' | 'idempotency_error' | 'api_error';
  message: string;
  code?: string;
  param?: string;
}

type Details = Pick<ErrorBody, 'code' | 'param'>;

/** An answer that says no, in Stripe's shape: https://docs.stripe.com/api/errors */
export class Refusal {
  readonly status: number;
  readonly error: ErrorBody;
  /**
   * Whether a repeated request with the same idempotency key gets this very answer again. Stripe saves what
   * happened once the work began, and never a request that was not valid to begin with.
   */
  readonly saved: boolean;

  constructor(status: number, error: ErrorBody, saved = false) {
    this.status = status;
    this.error = error;
    this.saved = saved;
  }

  toJson(requestId: string): string {
    const { code } = this.error;
    return JSON.stringify({
      error: {
        ...this.error,
        ...(code && { doc_url: documentationOf(code) }),
        request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}`,
      },
    });
  }
}

/** 400: the request itself is wrong. */
export function invalidRequest(message: string, details: Details = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...details });
}

/** 400: the request is well formed, but what it asks for can't be done in the state that things are in. */
export function impossible(message: string, details: Details = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...details }, true);
}

/** 404 for an id in the address. */
export function noSuch(kind: string, id: string, param = 'id'): Refusal {
  const { error } = noSuchParameter(kind, id, param);
  return new Refusal(404, error);
}

/** 400 for an id in a parameter. */
export function noSuchParameter(kind: string, id: string, param: string): Refusal {
  return invalidRequest(`No such ${kind}: '${id}'`, { code: 'resource_missing', param });
}

export function missingParameter(param: string): Refusal {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

export function unauthorized(message: string): Refusal {
  return new Refusal(401, { type: 'invalid_request_error', message });
}

/** 500, made on purpose by a fault or by a defect of the stand-in. */
export function serverError(message: string): Refusal {
  return new Refusal(500, { type: 'api_error', message });
}
