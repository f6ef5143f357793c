import {
  allRpcContracts,
  deadLetterContracts,
  getIdentityKeys,
  type ServiceName,
} from '@micromall/contracts';
import type { Connection } from 'mongoose';
import { BrokerConnection } from './broker/connection.js';
import { EventConsumer } from './broker/event-consumer.js';
import { EventPublisher } from './broker/event-publisher.js';
import { Parking } from './broker/parking.js';
import { RpcClient } from './broker/rpc-client.js';
import { RpcServer } from './broker/rpc-server.js';
import { databaseAnswers, openDatabase } from './database.js';
import { showDatabaseConnection } from './database-metrics.js';
import { ParkedQueue } from './dead-letters/parked-queue.js';
import { serveDeadLetters } from './dead-letters/serve-dead-letters.js';
import { armFailpoint } from './failpoint.js';
import { createIdentityVerifier, keysFrom, type VerifyIdentity } from './identity.js';
import { startCountersAtZero } from './initial-series.js';
import { createLogger, type Logger } from './logging.js';
import { createMetrics, type PlatformMetrics } from './metrics.js';
import { startOperations } from './operations.js';
import type { serviceVariables, Values } from './variables.js';

/** What every service is built on. */
export interface Platform {
  readonly service: ServiceName;
  readonly logger: Logger;
  readonly metrics: PlatformMetrics;
  /** Calls other services. */
  readonly rpc: RpcClient;
  /** Serves the service's own queues. */
  readonly server: RpcServer;
  readonly publisher: EventPublisher;
  readonly consumer: EventConsumer;
  readonly verifyIdentity: VerifyIdentity;
  /** Runs when the service stops, last registered first, after its queues are quiet and before the broker closes. */
  onStop(work: () => Promise<void> | void): void;
}

/** The platform of a service with a database of its own. */
export interface PlatformWithDatabase extends Platform {
  readonly database: Connection;
}

/** A service that was started. */
export interface RunningService {
  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  readonly operationsPort: number;
  /** Finishes the work in hand, gives the rest back to the broker and closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

type ServiceConfig = Values<typeof serviceVariables> & { readonly FAILPOINT?: string | undefined };

/** Starts a service without a database. `build` registers its handlers. Rejects when it can't start. */
export function startService(
  service: ServiceName,
  config: ServiceConfig,
  build: (platform: Platform) => Promise<void>,
): Promise<RunningService> {
  return start(service, config, undefined, (platform) => build(platform));
}

/** Starts a service with a database. `build` makes its models and registers its handlers. Rejects when it can't start. */
export function startServiceWithDatabase(
  service: ServiceName,
  config: ServiceConfig & { readonly MONGO_URL: string },
  build: (platform: PlatformWithDatabase) => Promise<void>,
): Promise<RunningService> {
  return start(service, config, config.MONGO_URL, async (platform, database) => {
    if (!database) throw new Error('the database was not opened');
    await build({ ...platform, database });
  });
}

async function start(
  service: ServiceName,
  config: ServiceConfig,
  mongoUrl: string | undefined,
  build: (platform: Platform, database: Connection | undefined) => Promise<void>,
): Promise<RunningService> {
  armFailpoint(config.FAILPOINT);
  const logger = createLogger({ service, level: config.LOG_LEVEL });
  const metrics = createMetrics(service);
  const publishing = new BrokerConnection('publish', config.RABBITMQ_URL, logger, metrics);
  const consuming = new BrokerConnection('consume', config.RABBITMQ_URL, logger, metrics);
  const rpc = new RpcClient(service, publishing, consuming, logger, metrics);
  // A service that may not ask for the keys verifies no identity; auth-service names its own way.
  const verifyIdentity = getIdentityKeys.callers.includes(service)
    ? createIdentityVerifier(keysFrom(rpc), logger)
    : async () => undefined;
  const parking = new Parking(service, publishing, logger, metrics);
  const server = new RpcServer(service, publishing, consuming, parking, verifyIdentity, logger, metrics);
  const publisher = new EventPublisher(service, publishing, metrics);
  const consumer = new EventConsumer(service, publishing, consuming, parking, logger, metrics);

  const stopWork: (() => Promise<void> | void)[] = [];
  const aborted = new AbortController();
  let database: Connection | undefined;
  let started = false;
  let stopping: Promise<void> | undefined;

  const operations = await startOperations({
    port: config.OPERATIONS_PORT,
    host: config.OPERATIONS_HOST,
    registry: metrics.registry,
    checks: {
      started: () => started && !stopping,
      broker: () => publishing.connected && consuming.connected,
      ...(mongoUrl === undefined ? {} : { database: () => (database ? databaseAnswers(database) : false) }),
    },
  });

  async function stop(): Promise<void> {
    aborted.abort();
    await Promise.all([server.stop(), consumer.stop()]);
    for (const work of stopWork.reverse()) await work();
    await Promise.all([publishing.close(), consuming.close()]);
    await database?.close();
    await operations.stop();
    metrics.registry.clear();
    logger.info('stopped');
  }
  function stopOnce(): Promise<void> {
    stopping ??= stop();
    return stopping;
  }

  try {
    const platform: Platform = {
      service,
      logger,
      metrics,
      rpc,
      server,
      publisher,
      consumer,
      verifyIdentity,
      onStop: (work) => {
        stopWork.push(work);
      },
    };
    const [opened] = await Promise.all([
      mongoUrl === undefined ? undefined : openDatabase(mongoUrl, logger, aborted.signal),
      publishing.open(),
      consuming.open(),
    ]);
    database = opened;
    if (database) showDatabaseConnection(database, metrics.registry);
    startCountersAtZero(service, metrics);
    // A service that calls nobody has no permission for a reply queue, and needs none.
    if (allRpcContracts.some((contract) => contract.callers.includes(service))) await rpc.open();
    await parking.open();
    await publisher.open();
    const ownDeadLetters = deadLetterContracts.get(service);
    if (ownDeadLetters) {
      const parked = new ParkedQueue(service, consuming);
      await parked.open();
      serveDeadLetters(ownDeadLetters, { service, server, parked, parking, logger, metrics });
    }
    await build(platform, database);
    await server.open();
    await consumer.open();
    started = true;
    logger.info({ operationsPort: operations.port }, 'ready');
    return { operationsPort: operations.port, stop: stopOnce };
  } catch (error) {
    await stopOnce();
    throw error;
  }
}
