import { createServer } from 'node:http';
import {
  closeServer,
  type Environment,
  listen,
  portOf,
  type RunningService,
  startServiceWithDatabase,
} from '@micromall/platform';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { createContext } from './context.js';
import { answerUnreadable } from './http/unreadable.js';

/**
 * Starts the site. It listens as soon as its database and the broker have answered once; later it stays up
 * whatever happens to them.
 * @returns `port`: where the pages are
 */
export async function startFrontendService(
  environment: Environment,
): Promise<RunningService & { readonly port: number }> {
  const config = readConfig(environment);
  let port = 0;
  const running = await startServiceWithDatabase('frontend-service', config, async (platform) => {
    const context = createContext(platform, config);
    const server = createServer(createApp(context));
    // Longer than the idle time of the usual proxies, which would else reuse a connection that is just closing.
    server.keepAliveTimeout = 65_000;
    server.requestTimeout = 30_000;
    answerUnreadable(server, context.events);
    await listen(server, config.PORT, config.HOST);
    platform.onStop(() => closeServer(server));
    port = portOf(server);
    platform.logger.info({ port, site: config.SITE_URL }, 'the site is open');
  });
  return { ...running, port };
}
