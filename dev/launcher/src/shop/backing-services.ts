import { join } from 'node:path';
import { type BrokerDefinitions, operatorName, virtualHost } from '@micromall/contracts';
import { type Environment, findProgram } from '../../setup/machine.mjs';
import { createBroker } from '../broker/broker.js';
import { type Login, managementApi } from '../broker/management.js';
import { hashPassword, withPasswords } from '../broker/passwords.js';
import { loadTopology, pathPart } from '../broker/topology.js';
import type { LauncherSettings } from '../config.js';
import { createEmbeddedMongo, createMongod } from '../database.js';
import type { Program } from '../processes/program.js';
import type { ShopPorts } from './ports.js';
import type { Secrets } from './secrets.js';

/** The database or the broker of a shop. */
interface BackingService {
  readonly description: string;
  /** What is to be started; undefined when somebody else runs it. */
  readonly program: Program | undefined;
}

export interface Database extends BackingService {
  /** The address of a database of this name. */
  url(database: string): string;
}

export interface ShopBroker extends BackingService {
  url(user: string): string;
  readonly managementUrl: string;
  /** Who may log in to the GUI and publish into any queue. */
  readonly operator: Login;
  /** Makes users and topology on a broker that somebody else runs; our own reads them when it boots. */
  prepare(): Promise<void>;
}

/** What the choice of database and broker depends on. */
export interface BackingServiceOptions {
  readonly given: Environment;
  readonly settings: LauncherSettings;
  /** The shop's data directory. */
  readonly directory: string;
  readonly ports: ShopPorts;
  readonly definitions: BrokerDefinitions;
  readonly secrets: Secrets;
  readonly onLine: (name: string) => (line: string) => void;
}

/**
 * Each service's database on a server that is named by `base`. A database name in it becomes a prefix, and stays
 * the one that a login in it is checked against, as MongoDB does by default.
 */
export function databaseUrl(base: string, database: string): string {
  const url = new URL(base);
  const named = decodeURIComponent(url.pathname.slice(1));
  if (url.username !== '' && !url.searchParams.has('authSource')) {
    url.searchParams.set('authSource', named === '' ? 'admin' : named);
  }
  url.pathname = `/${named === '' ? '' : `${named}-`}${database}`;
  return url.href;
}

/** MONGO_URL, else a mongod on this machine, else the embedded database. */
export function chooseDatabase({
  given,
  settings,
  directory,
  ports,
  onLine,
}: BackingServiceOptions): Database {
  const mongoUrl = settings.MONGO_URL;
  if (mongoUrl !== undefined) {
    return {
      description: 'MONGO_URL',
      program: undefined,
      url: (database) => databaseUrl(mongoUrl, database),
    };
  }
  const base = `mongodb://127.0.0.1:${ports.mongo}`;
  const mongod = findProgram('mongod', given);
  const common = { port: ports.mongo, onLine: onLine('mongo') };
  return {
    description: mongod === undefined ? 'embedded' : mongod,
    program:
      mongod === undefined
        ? createEmbeddedMongo({ ...common, directory: join(directory, 'embedded-mongo') })
        : createMongod(mongod, { ...common, directory: join(directory, 'mongod') }),
    url: (database) => databaseUrl(base, database),
  };
}

/** A private node. */
function ownBroker({ directory, ports, definitions, secrets, onLine }: BackingServiceOptions): ShopBroker {
  const password = secrets.brokerPasswords[operatorName] ?? '';
  const broker = createBroker({
    directory: join(directory, 'rabbitmq'),
    ports: { ...ports, metrics: ports.brokerMetrics },
    definitions: withPasswords(definitions, secrets.brokerPasswords),
    readyAs: { user: operatorName, password },
    onLine: onLine('rabbitmq'),
  });
  return {
    description: 'private node',
    program: broker,
    managementUrl: broker.managementUrl,
    operator: { user: operatorName, password },
    url: (user) => broker.amqpUrl(user, secrets.brokerPasswords[user] ?? ''),
    prepare: async () => undefined,
  };
}

/** Somebody else's broker: the virtual host of its address, and our users in it. */
function foreignBroker(
  amqpUrl: string,
  managementUrl: string,
  { definitions, secrets }: BackingServiceOptions,
): ShopBroker {
  const vhost = decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || virtualHost;
  const address = new URL(managementUrl);
  const login = {
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
  };
  address.username = '';
  address.password = '';
  // The administrator of a broker that is not ours stays as they are.
  const users = definitions.users.filter(({ name }) => name !== operatorName);

  return {
    description: 'RABBITMQ_URL',
    program: undefined,
    managementUrl: address.href.replace(/\/$/, ''),
    operator: login,
    url(user) {
      const url = new URL(amqpUrl);
      url.username = encodeURIComponent(user);
      url.password = encodeURIComponent(secrets.brokerPasswords[user] ?? '');
      return url.href;
    },
    async prepare() {
      const management = managementApi(address.href, login);
      for (const { name, tags } of users) {
        const password = hashPassword(secrets.brokerPasswords[name] ?? '');
        await management.put(`users/${pathPart(name)}`, { ...password, tags: tags.join(',') });
      }
      const names = users.map(({ name }) => name);
      await loadTopology(management, vhost, names);
    },
  };
}

/** RABBITMQ_URL, else a private node. */
export function chooseBroker(options: BackingServiceOptions): ShopBroker {
  const { RABBITMQ_URL: amqpUrl, RABBITMQ_MANAGEMENT_URL: managementUrl } = options.settings;
  if (amqpUrl === undefined || managementUrl === undefined) return ownBroker(options);
  return foreignBroker(amqpUrl, managementUrl, options);
}
