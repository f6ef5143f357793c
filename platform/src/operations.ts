import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What must be true for a service to do its work, by name: `broker`, `database`. */
type ReadinessChecks = Readonly<Record<string, () => boolean | Promise<boolean>>>;

interface OperationsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers `/healthz` (the process is alive), `/readyz` (it can do its work) and `/metrics`. */
export async function startOperations(options: {
  port: number;
  host: string;
  registry: Registry;
  checks: ReadinessChecks;
}): Promise<OperationsServer> {
  const server = createServer((request, response) => {
    const send = (status: number, contentType: string, body: string): void => {
      response.writeHead(status, { 'content-type': contentType }).end(body);
    };
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return send(200, 'application/json', '{"alive":true}');
    if (path === '/readyz') {
      void readiness(options.checks).then((result) =>
        send(result.ready ? 200 : 503, 'application/json', JSON.stringify(result)),
      );
      return undefined;
    }
    if (path === '/metrics') {
      void options.registry.metrics().then(
        (text) => send(200, options.registry.contentType, text),
        (error: unknown) => send(500, 'text/plain', String(error)),
      );
      return undefined;
    }
    return send(404, 'text/plain', 'There is /healthz, /readyz and /metrics here.');
  });
  await listen(server, options.port, options.host);
  return { port: portOf(server), stop: () => closeServer(server) };
}

async function readiness(
  checks: ReadinessChecks,
): Promise<{ ready: boolean; checks: Record<string, boolean> }> {
  const results = await Promise.all(
    Object.entries(checks).map(
      async ([name, check]) => [name, await Promise.resolve(check()).catch(() => false)] as const,
    ),
  );
  return { ready: results.every(([, good]) => good), checks: Object.fromEntries(results) };
}

/** Resolves once the server listens; rejects with the system's error (such as EADDRINUSE) if it can't. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The port on which a server listens, which matters when it was asked for port 0. */
export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen on a port');
  return address.port;
}

/** Lets the requests in hand finish, ends idle connections, and resolves when all are closed (within 5 s). */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(force);
}
