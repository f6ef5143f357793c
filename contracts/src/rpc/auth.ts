import { z } from 'zod';
import { defineRpc, failure } from '../define.js';
import { email, newPassword, objectId, personName } from '../primitives.js';

/** What a person may do in the shop. */
export const role = z.enum(['shopper', 'admin']);
/** See {@link role}. */
export type Role = z.output<typeof role>;

/** A person as the pages show them; never with anything secret. */
export const account = z.strictObject({ userId: objectId, name: personName, email, role });
/** See {@link account}. */
export type Account = z.output<typeof account>;

/**
 * A JSON Web Token (EdDSA) in which auth-service vouches for who a person is. It travels in the message header
 * `x-identity`; the service that owns the work verifies it against the keys of `get-identity-keys`.
 */
export const identityToken = z.string().min(20).max(4_096);

const exampleAccount = {
  userId: '66f0a1b2c3d4e5f601234567',
  name: 'Ada',
  email: 'ada@example.com',
  role: 'shopper',
} as const;
const exampleToken = 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl';

export const login = defineRpc({
  queue: 'login',
  owner: 'auth-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'read',
  secret: true,
  summary: 'Checks an e-mail address and a password, and vouches for the person.',
  request: z.strictObject({ email, password: z.string().min(1, 'must not be empty').max(128) }),
  response: z.strictObject({ account, identity: identityToken }),
  failures: {
    'wrong-credentials': failure('No account has this e-mail address and this password.'),
  },
  example: {
    request: { email: 'ada@example.com', password: 'correct horse' },
    response: { account: exampleAccount, identity: exampleToken },
  },
});

export const createAccount = defineRpc({
  queue: 'create-account',
  owner: 'auth-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'once',
  secret: true,
  summary: 'Creates the account of a shopper and logs it in.',
  request: z.strictObject({ name: personName, email, password: newPassword }),
  response: z.strictObject({ account, identity: identityToken }),
  failures: { 'email-taken': failure('An account with this e-mail address exists.') },
  example: {
    request: { name: 'Ada', email: 'ada@example.com', password: 'correct horse' },
    response: { account: exampleAccount, identity: exampleToken },
  },
});

export const renewIdentity = defineRpc({
  queue: 'renew-identity',
  owner: 'auth-service',
  callers: ['frontend-service'],
  access: 'anyone',
  effect: 'read',
  secret: true,
  summary: 'Exchanges an identity that is about to end (or ended within the last week) for a fresh one.',
  request: z.strictObject({ identity: identityToken }),
  response: z.strictObject({ account, identity: identityToken }),
  failures: {
    'identity-ended': failure('The identity is not valid, too old, or its account is gone: log in again.'),
  },
  example: {
    request: { identity: exampleToken },
    response: { account: exampleAccount, identity: exampleToken },
  },
});

/** The public half of a signing key, as RFC 8037 writes Ed25519 keys. */
const publicKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
  alg: z.literal('EdDSA'),
});

export const getIdentityKeys = defineRpc({
  queue: 'get-identity-keys',
  owner: 'auth-service',
  callers: ['cart-service', 'order-service', 'payment-service', 'product-service'],
  access: 'service',
  effect: 'read',
  summary: 'The public keys with which identities are verified.',
  request: z.strictObject({}),
  response: z.strictObject({ keys: z.array(publicKey) }),
  example: {
    request: {},
    response: {
      keys: [
        {
          kty: 'OKP',
          crv: 'Ed25519',
          x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
          kid: '1',
          alg: 'EdDSA',
        },
      ],
    },
  },
});
