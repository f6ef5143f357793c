import { documentationOf } from '../objects/payment-intent.js';

/**
 * An answer that says no, in Stripe's shape: https://docs.stripe.com/api/errors
 * `saved` tells whether a repeated request with the same idempotency key gets this very answer again; Stripe
 * saves what happened once the work began, and never a request that was not valid to begin with.
 */
export class Refusal {
  readonly status: number;
  readonly saved: boolean;
  readonly error: ErrorBody;

  constructor(status: number, saved: boolean, error: ErrorBody) {
    this.status = status;
    this.saved = saved;
    this.error = error;
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

interface ErrorBody {
  type: 'invalid_request_error' | 'idempotency_error' | 'api_error';
  message: string;
  code?: string;
  param?: string;
}

/** 400: the request itself is wrong. */
export function invalidRequest(message: string, details: { code?: string; param?: string } = {}): Refusal {
  return new Refusal(400, false, { type: 'invalid_request_error', message, ...details });
}

/** 400: the request is well formed, but what it asks for can't be done in the state that things are in. */
export function impossible(message: string, details: { code?: string; param?: string } = {}): Refusal {
  return new Refusal(400, true, { type: 'invalid_request_error', message, ...details });
}

/** 404, as for an id in the address. */
export function noSuch(kind: string, id: string, param = 'id'): Refusal {
  return new Refusal(404, false, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });
}

/** 400, for an id in a parameter. */
export function noSuchParameter(kind: string, id: string, param: string): Refusal {
  return invalidRequest(`No such ${kind}: '${id}'`, { code: 'resource_missing', param });
}

export function unauthorized(message: string): Refusal {
  return new Refusal(401, false, { type: 'invalid_request_error', message });
}

export function unknownAddress(method: string, path: string): Refusal {
  return new Refusal(404, false, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}). This local stand-in answers the part of Stripe's API that the shop uses.`,
  });
}

/** 500, made on purpose by a fault or by a defect of the stand-in. */
export function serverError(message: string): Refusal {
  return new Refusal(500, false, { type: 'api_error', message });
}
