import type { Sandbox } from '../context.js';
import { API_VERSION } from '../domain/events.js';
import { invalidRequest, type Refusal, unauthorized } from './refusals.js';

/** Checks the API key of a request, from `Authorization: Bearer …`. */
export function authenticate(sandbox: Sandbox, authorization: string | undefined): Refusal | null {
  const [, key] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (key === undefined) {
    return unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^[sr]k_live_/.test(key)) {
    return unauthorized(
      'A live API key was sent to the local stand-in for Stripe. It takes no real money and must never see a live ' +
        'key: use a key that starts with sk_test_, or point the shop at Stripe itself.',
    );
  }
  const accepted = sandbox.apiKey === null ? key.startsWith('sk_test_') : key === sandbox.apiKey;
  return accepted ? null : unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

/** Objects have one shape here: the one of the version that the shop's SDK pins. */
export function checkVersion(version: string | undefined): Refusal | null {
  if (version === undefined || version === API_VERSION) return null;
  return invalidRequest(
    `This local stand-in for Stripe answers in API version ${API_VERSION} only, not ${version.slice(0, 50)}.`,
  );
}

function masked(key: string): string {
  if (key.length <= 12) return '*'.repeat(key.length);
  return `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}
