import { createHash } from 'node:crypto';
import type { IdempotencyRecord } from '../store/records.js';
import type { Store } from '../store/store.js';
import { invalidRequest, Refusal } from './refusals.js';

const MAXIMUM_KEY_LENGTH = 255;

/** A first request with its fingerprint, or the saved answer of a repeated one. */
type Beginning = { fingerprint: string; answer: IdempotencyRecord | null };

/**
 * One effect for many identical requests: https://docs.stripe.com/api/idempotent_requests
 * The answer to the first request with a key is saved and given to every later one.
 */
export class Idempotency {
  readonly #store: Store;
  readonly #inFlight = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Must be followed by `end` when there is no saved answer. */
  begin(key: string, method: string, path: string, form: unknown): Beginning | Refusal {
    if (key.length > MAXIMUM_KEY_LENGTH) {
      return invalidRequest(
        `Idempotency keys can be up to ${MAXIMUM_KEY_LENGTH} characters long; this one has ${key.length}.`,
      );
    }
    const fingerprint = fingerprintOf(method, path, form);
    const answer = this.#store.answers.get(key) ?? null;
    if (answer && answer.fingerprint !== fingerprint) return otherParameters(key);
    if (!answer && this.#inFlight.has(key)) return inUse();
    if (!answer) this.#inFlight.add(key);
    return { fingerprint, answer };
  }

  /** Written in the same turn as the work itself, so that both survive a crash or neither does. */
  save(key: string, answer: IdempotencyRecord): void {
    this.#store.answers.put(key, answer);
  }

  end(key: string): void {
    this.#inFlight.delete(key);
  }
}

function otherParameters(key: string): Refusal {
  return new Refusal(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function inUse(): Refusal {
  return new Refusal(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this Idempotency Key. Try again later.',
  });
}

function fingerprintOf(method: string, path: string, form: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(sorted(form))}`)
    .digest('base64');
}

/** The order of parameters means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, sorted(inner)]);
}
