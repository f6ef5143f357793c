import { type Account, getIdentityKeys, type ServiceName } from '@micromall/contracts';
import {
  createIdentityVerifier,
  type Environment,
  identityAudience,
  identityIssuer,
  type Platform,
  type RunningService,
  readVariables,
  serviceVariables,
  startService,
} from '@micromall/platform';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Another service's end of the wire, played by a test through the real broker and the real platform. */
export interface Peer extends RunningService {
  readonly platform: Platform;
}

/** The environment that every service needs in tests. */
export function testEnvironment(amqpUrl: string): Environment {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
    RABBITMQ_URL: amqpUrl,
    OPERATIONS_PORT: '0',
  };
}

/**
 * Joins the broker as a service: calls, serves queues, emits and consumes events with just that service's permissions.
 * `build` registers what it serves and consumes; a peer of a service that subscribes to events must handle each.
 */
export async function startPeer(
  service: ServiceName,
  amqpUrl: string,
  build: (platform: Platform) => Promise<void> | void = () => undefined,
): Promise<Peer> {
  const joined: Platform[] = [];
  const running = await startService(
    service,
    readVariables(serviceVariables, testEnvironment(amqpUrl)),
    async (platform) => {
      joined.push(platform);
      await build(platform);
    },
  );
  const [platform] = joined;
  if (!platform) throw new Error('the peer was not built');
  return { ...running, platform };
}

/** Plays auth-service's part in identities: answers `get-identity-keys` and signs. */
export interface Authority {
  identityOf(person: Account, lifetimeSeconds?: number): Promise<string>;
  stop(): Promise<void>;
}

/**
 * @param amqpUrl the broker's address for the user `auth-service`
 * @param build registers what the peer serves besides its keys
 */
export async function startAuthority(
  amqpUrl: string,
  build: (platform: Platform) => Promise<void> | void = () => undefined,
): Promise<Authority> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(publicKey);
  const kid = 'test';
  const peer = await startPeer('auth-service', amqpUrl, async (platform) => {
    const key = { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA' } as const;
    platform.server.serve(getIdentityKeys, async () => ({ ok: true, keys: [key] }));
    platform.server.verifyIdentitiesWith(createIdentityVerifier(async () => [key], platform.logger));
    await build(platform);
  });
  return {
    identityOf: ({ userId, name, email, role }, lifetimeSeconds = 600) =>
      new SignJWT({ name, email, role })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setSubject(userId)
        .setIssuer(identityIssuer)
        .setAudience(identityAudience)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetimeSeconds)
        .sign(privateKey),
    stop: () => peer.stop(),
  };
}
