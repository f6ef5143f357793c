import type { Environment, RunningService } from '@micromall/platform';
import { Harness, type Peer } from '@micromall/test-kit';
import type { Connection } from 'mongoose';
import { startAuthService } from '../src/service.js';

/** auth-service's surroundings: broker and database of its own, and the site. */
export interface AuthHarness {
  readonly harness: Harness;
  readonly database: Connection;
  /** Calls as frontend-service. */
  readonly rpc: Peer['platform']['rpc'];
  /** Starts one more replica. */
  start(variables?: Environment): Promise<RunningService>;
  /** Stops all replicas and empties the database. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAuthHarness(): Promise<AuthHarness> {
  const harness = await Harness.start('auth-service');
  const [database, frontend] = await Promise.all([harness.database(), harness.peer('frontend-service')]);
  let replicas: RunningService[] = [];
  async function stopReplicas(): Promise<void> {
    await Promise.all(replicas.map((replica) => replica.stop()));
    replicas = [];
  }
  return {
    harness,
    database,
    rpc: frontend.platform.rpc,
    async start(variables) {
      const replica = await startAuthService(harness.environment(variables));
      replicas.push(replica);
      return replica;
    },
    async reset() {
      await stopReplicas();
      await database.dropDatabase();
    },
    async stop() {
      await stopReplicas();
      await harness.stop();
    },
  };
}

export const ada = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

/** What a token says, without verifying it. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
