import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerDefinitions, operatorName } from '@micromall/contracts';
import { freePorts, startBroker, startEmbeddedMongo, withPasswords } from '@micromall/launcher';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { testPassword } from '../vhost.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** AMQP port of the run's broker; every service user's password is `<user>-password`. */
    amqpPort: number;
    /** The GUI and management API of the run's broker; admin/admin. */
    managementUrl: string;
    /** `mongodb://127.0.0.1:<port>` of the run's database, or MONGO_URL. Use a database name of your own. */
    mongoUrl: string;
  }
}

/** One throwaway broker and one database for the whole run; each test file takes a virtual host of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-test-'));
  const [amqp, management, metrics, distribution, epmd, ctl, mongo] = await freePorts(7);
  if (!amqp || !management || !metrics || !distribution || !epmd || !ctl || !mongo) {
    throw new Error('No free ports for the broker and the database of the tests.');
  }
  const definitions = brokerDefinitions();
  const passwords = Object.fromEntries(definitions.users.map(({ name }) => [name, testPassword(name)]));
  const [broker, database] = await Promise.all([
    startBroker({
      directory: join(directory, 'rabbitmq'),
      ports: { amqp, management, metrics, distribution, epmd, ctl },
      definitions: withPasswords(definitions, passwords),
      readyAs: { user: operatorName, password: testPassword(operatorName) },
    }),
    process.env.MONGO_URL
      ? undefined
      : startEmbeddedMongo({ port: mongo, directory: join(directory, 'mongo') }),
  ]);
  project.provide('amqpPort', amqp);
  project.provide('managementUrl', broker.managementUrl);
  project.provide('mongoUrl', process.env.MONGO_URL ?? `mongodb://127.0.0.1:${mongo}`);

  return async () => {
    await Promise.all([broker.kill(), database?.stop(5000)]);
    await rm(directory, { recursive: true, force: true });
  };
}
