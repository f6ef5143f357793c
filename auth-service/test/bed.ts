import { randomUUID } from 'node:crypto';
import { orderPaid } from '@micromall/contracts';
import type { Environment, RunningService } from '@micromall/platform';
import { createVhost, type Peer, startPeer, testEnvironment, type Vhost } from '@micromall/test-kit';
import { type Connection, createConnection } from 'mongoose';
import { inject } from 'vitest';
import { startAuthService } from '../src/service.js';

/** auth-service's surroundings: a topology and a database of its own, and the site's end of the wire. */
export interface AuthBed {
  readonly vhost: Vhost;
  readonly database: Connection;
  readonly environment: Environment;
  readonly frontend: Peer;
  /** Starts one more replica. */
  start(environment?: Environment): Promise<RunningService>;
  /** Joins as a service that checks identities. */
  startVerifier(): Promise<Peer>;
  stop(): Promise<void>;
}

export async function startAuthBed(topic: string): Promise<AuthBed> {
  const name = `auth-${topic}-${randomUUID().slice(0, 8)}`;
  const vhost = await createVhost(inject('managementUrl'), name);
  const mongoUrl = new URL(inject('mongoUrl'));
  mongoUrl.pathname = `/${name}`;
  const database = await createConnection(mongoUrl.href).asPromise();
  const frontend = await startPeer('frontend-service', vhost.amqpUrl('frontend-service'));
  const environment = { ...testEnvironment(vhost.amqpUrl('auth-service')), MONGO_URL: mongoUrl.href };
  const running: { stop(): Promise<void> }[] = [frontend];

  async function kept<Started extends { stop(): Promise<void> }>(
    starting: Promise<Started>,
  ): Promise<Started> {
    const started = await starting;
    running.push(started);
    return started;
  }
  return {
    vhost,
    database,
    environment,
    frontend,
    start: (more = {}) => kept(startAuthService({ ...environment, ...more })),
    startVerifier: () =>
      kept(
        startPeer('cart-service', vhost.amqpUrl('cart-service'), ({ consumer }) => {
          consumer.on(orderPaid, async () => undefined);
        }),
      ),
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await database.dropDatabase();
      await database.close();
      await vhost.remove();
    },
  };
}

export const ada = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

/** What a token says, without checking it. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** For answers that must be there: the failure is then the test's failure. */
export function expectOk<Reply extends { ok: boolean }>(reply: Reply): Extract<Reply, { ok: true }> {
  if (!reply.ok) throw new Error(`expected an answer, got ${JSON.stringify(reply)}`);
  return reply as Extract<Reply, { ok: true }>;
}
