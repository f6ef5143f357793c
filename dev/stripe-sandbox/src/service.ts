import { createServer, type Server } from 'node:http';
// By their parts: the stand-in needs no broker and no database, and should not carry them in memory.
import { createLogger, type Logger } from '@micromall/platform/logging';
import { listen, portOf } from '@micromall/platform/operations';
import type { Environment } from '@micromall/platform/variables';
import { createApp } from './app.js';
import { readSettings, type Settings } from './config.js';
import type { Sandbox } from './context.js';
import { nowInSeconds } from './domain/clock.js';
import { ApiFaults } from './handlers/api-faults.js';
import { startExpiry } from './jobs/expiry.js';
import { Store } from './store/store.js';
import { WebhookDispatcher } from './webhooks/dispatcher.js';

export interface RunningSandbox {
  port: number;
  /** Where a browser reaches it; the base of every `session.url`. */
  url: string;
  /** Finishes what is being done and closes everything; undelivered events wait for the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the stand-in for Stripe. Port 0 takes any free port.
 * @throws {ConfigurationError} when the environment is not right
 */
export async function startStripeSandbox(environment: Environment): Promise<RunningSandbox> {
  const settings = readSettings(environment);
  const log = createLogger({ service: 'stripe-sandbox', level: settings.LOG_LEVEL });
  const server = createServer();
  await listen(server, settings.PORT, settings.HOST);
  const port = portOf(server);
  const url = (settings.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/+$/, '');
  const sandbox = assemble(server, settings, url, log);
  server.on('request', createApp(sandbox));
  sandbox.webhooks.start();
  const expiry = startExpiry(sandbox);
  log.info({ port, url }, 'the stand-in for Stripe is ready; it takes no real money');
  return {
    port,
    url,
    stop: async () => {
      expiry.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), 1_000);
      await Promise.all([closed, sandbox.webhooks.stop()]);
      clearTimeout(grace);
      await sandbox.store.close();
    },
  };
}

/** Closes the server when the directory can't be opened, or it would stay and answer nothing. */
function assemble(server: Server, settings: Settings, publicUrl: string, log: Logger): Sandbox {
  try {
    const store = new Store(settings.SANDBOX_DIRECTORY);
    configureEndpoint(store, settings);
    return {
      publicUrl,
      apiKey: settings.SANDBOX_API_KEY ?? null,
      store,
      webhooks: new WebhookDispatcher(store, log),
      apiFaults: new ApiFaults(),
      log,
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

const CONFIGURED_ENDPOINT = 'we_environment';

/** The endpoint of the environment is one like any other, except that each start sets it anew. */
function configureEndpoint(store: Store, settings: Settings): void {
  const { WEBHOOK_ENDPOINT_URL: url, STRIPE_WEBHOOK_SECRET: secret } = settings;
  if (url === undefined || secret === undefined) {
    store.endpoints.remove(CONFIGURED_ENDPOINT);
    return;
  }
  const before = store.endpoints.get(CONFIGURED_ENDPOINT);
  store.endpoints.put({
    id: CONFIGURED_ENDPOINT,
    sequence: before?.sequence ?? store.nextSequence(),
    created: before?.created ?? nowInSeconds(),
    url,
    secret,
    enabledEvents: settings.WEBHOOK_EVENTS,
    status: 'enabled',
    apiVersion: null,
  });
}
