import { createServer, type Server } from 'node:http';
// By their parts: the stand-in needs no broker and no database, and should not carry them in memory.
import { createLogger, type Logger } from '@micromall/platform/logging';
import { listen, portOf } from '@micromall/platform/operations';
import type { Environment } from '@micromall/platform/variables';
import { ApiFaults } from './api/faults.js';
import { createApp } from './app.js';
import { readSettings, type Settings } from './config.js';
import type { Sandbox } from './context.js';
import { nowInSeconds } from './domain/clock.js';
import { startTimekeeper } from './domain/timekeeper.js';
import { Store } from './store/store.js';
import { WebhookDispatcher } from './webhooks/dispatcher.js';
import { WebhookFaults } from './webhooks/faults.js';

export interface RunningSandbox {
  port: number;
  /** Where a browser reaches it; the base of every `session.url`. */
  url: string;
  /** Finishes what is being done, closes everything, and keeps the rest for the next start. */
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
  const publicUrl = (settings.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/+$/, '');
  const sandbox = assembleOrClose(server, settings, publicUrl, log);
  server.on('request', createApp(sandbox));
  sandbox.webhooks.start();
  const timekeeper = startTimekeeper(sandbox);
  log.info({ port, url: publicUrl }, 'the stand-in for Stripe is ready; it takes no real money');
  return {
    port,
    url: publicUrl,
    stop: async () => {
      timekeeper.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const impatience = setTimeout(() => server.closeAllConnections(), 1_000);
      await Promise.all([closed, sandbox.webhooks.stop()]);
      clearTimeout(impatience);
      await sandbox.store.close();
    },
  };
}

/** A directory that can't be opened must not leave a server behind that answers nothing. */
function assembleOrClose(server: Server, settings: Settings, publicUrl: string, log: Logger): Sandbox {
  try {
    const sandbox = assemble(settings, publicUrl, log);
    configureEndpoint(sandbox, settings);
    return sandbox;
  } catch (error) {
    server.close();
    throw error;
  }
}

function assemble(settings: Settings, publicUrl: string, log: Logger): Sandbox {
  const store = new Store(settings.SANDBOX_DIRECTORY);
  return {
    publicUrl,
    apiKey: settings.SANDBOX_API_KEY ?? null,
    store,
    webhooks: new WebhookDispatcher(store, new WebhookFaults(), log),
    apiFaults: new ApiFaults(),
    log,
  };
}

const CONFIGURED_ENDPOINT = 'we_environment';

/** The endpoint of the environment is one like any other, except that each start sets it anew. */
function configureEndpoint(sandbox: Sandbox, settings: Settings): void {
  const { WEBHOOK_ENDPOINT_URL: url, STRIPE_WEBHOOK_SECRET: secret } = settings;
  if (url === undefined || secret === undefined) {
    sandbox.store.endpoints.remove(CONFIGURED_ENDPOINT);
    return;
  }
  const before = sandbox.store.endpoints.get(CONFIGURED_ENDPOINT);
  sandbox.store.endpoints.put({
    id: CONFIGURED_ENDPOINT,
    sequence: before?.sequence ?? sandbox.store.nextSequence(),
    created: before?.created ?? nowInSeconds(),
    url,
    secret,
    enabledEvents: settings.WEBHOOK_EVENTS,
    status: 'enabled',
    apiVersion: null,
    description: 'Configured from the environment',
    metadata: {},
  });
}
