import { connect as connectAmqp } from 'amqplib';
import { findProgram, findRabbitServer, toolPath } from '../../setup/machine.mjs';
import { type Child, describeExit, type Exit, startChild } from '../processes/child.js';
import { type Program, StartFailed } from '../processes/program.js';
import { acceptsConnections, until } from '../processes/waiting.js';
import { usefulLines } from './failure.js';
import { managementApi, missingFrom } from './management.js';
import { type BrokerPorts, nodeEnvironment, writeNodeFiles } from './node-files.js';
import { renewChangedQueues } from './renew-queues.js';

export interface BrokerOptions {
  /** Where the node keeps its data and writes its configuration. */
  readonly directory: string;
  readonly ports: BrokerPorts;
  /** RabbitMQ's definitions with password hashes (see withPasswords); read anew at each start. */
  readonly definitions: object;
  /** A defined administrator: the node is ready when this one can log in to `vhost` (default `/`). */
  readonly readyAs: { readonly user: string; readonly password: string; readonly vhost?: string };
  /** Called with each line of the node's log. */
  readonly onLine?: (line: string) => void;
}

/** A private RabbitMQ node. After `stop` or `kill`, `start` brings it back on the same data. */
export interface Broker extends Program {
  readonly ports: BrokerPorts;
  /** `http://127.0.0.1:<port>`: the GUI and the management API. */
  readonly managementUrl: string;
  amqpUrl(user: string, password: string): string;
  stop(graceMs?: number): Promise<void>;
  /** Kills the node as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Longer than RabbitMQ 3.10's own six seconds from SIGTERM to exit. */
const STOP_GRACE_MS = 8000;
const READY_WITHIN_MS = 90_000;
const NAME = 'rabbitmq';
const MOST_NAMES = 8;

/** A login error of AMQP is final: the listener opens only when the definitions are imported. */
async function tryLogin(url: string): Promise<'ready' | 'not yet' | { refused: string }> {
  try {
    const connection = await connectAmqp(url, { noDelay: true, timeout: 5000 });
    await connection.close();
    return 'ready';
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return /ACCESS[_-]REFUSED|NOT[_-]ALLOWED|ConnectionOpenOk/i.test(message)
      ? { refused: message }
      : 'not yet';
  }
}

function inShort(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

/** A node that is not started yet. Throws when this machine has no RabbitMQ server. */
export function createBroker(options: BrokerOptions): Broker {
  const { directory, ports, readyAs } = options;
  const listeners: ((exit: Exit) => void)[] = [];
  let epmd: Child | undefined;
  let node: Child | undefined;
  let stopping = false;

  function amqpUrl(user: string, password: string): string {
    return `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${ports.amqp}`;
  }

  async function launch(): Promise<Child> {
    const server = findRabbitServer(process.env);
    if (server === undefined)
      throw new StartFailed(NAME, 'is not installed: no rabbitmq-server was found.', []);
    const mapper = findProgram('epmd', process.env);
    if (mapper === undefined)
      throw new StartFailed(NAME, 'needs epmd, a part of Erlang, which was not found.', []);
    const files = await writeNodeFiles(directory, ports, options.definitions);
    // A node that finds no port mapper starts one that outlives it; so it gets one that we can end.
    epmd = startChild({
      command: mapper,
      args: ['-port', String(ports.epmd), '-address', '127.0.0.1'],
      environment: { PATH: toolPath(process.env) },
    });
    const mapped = epmd;
    await until(async () => mapped.hasExited() || (await acceptsConnections(ports.epmd)), 5000);
    return startChild({
      command: server,
      args: [],
      directory,
      environment: nodeEnvironment(directory, ports, files, server, process.env),
      ...(options.onLine ? { onLine: options.onLine } : {}),
    });
  }

  async function endAll(end: (child: Child) => Promise<unknown>): Promise<void> {
    stopping = true;
    if (node !== undefined) await end(node);
    if (epmd !== undefined) await epmd.end(1000);
  }

  async function fail(child: Child, reason: string): Promise<never> {
    const lines = usefulLines(child.lastLines(400));
    await endAll(async (each) => {
      each.signal('SIGKILL');
      await each.exited;
    });
    throw new StartFailed(NAME, reason, lines);
  }

  const managementUrl = `http://127.0.0.1:${ports.management}`;
  const vhost = readyAs.vhost === undefined ? '' : `/${encodeURIComponent(readyAs.vhost)}`;
  const readyUrl = `${amqpUrl(readyAs.user, readyAs.password)}${vhost}`;

  return {
    name: NAME,
    ports,
    managementUrl,
    amqpUrl,
    pid: () => (node?.hasExited() === false ? node.pid : undefined),
    async start() {
      stopping = false;
      const started = await launch();
      node = started;
      let refused: string | undefined;
      const settled = await until(async () => {
        if (started.hasExited()) return true;
        const login = await tryLogin(readyUrl);
        if (typeof login === 'object') refused = login.refused;
        return login !== 'not yet';
      }, READY_WITHIN_MS);
      // A failed boot exits with 0 too, so any exit before the login is a failure.
      if (started.hasExited()) {
        return await fail(started, `${describeExit(await started.exited)} before it was ready`);
      }
      if (refused !== undefined) {
        return await fail(started, `runs, but its user ${readyAs.user} cannot log in: ${refused}`);
      }
      if (!settled) return await fail(started, `was not ready within ${READY_WITHIN_MS / 1000} s`);
      const management = managementApi(managementUrl, readyAs);
      await renewChangedQueues(readyUrl, management, options.definitions);
      const missing = await missingFrom(management, options.definitions);
      if (missing.length > 0) {
        return await fail(started, `runs, but did not take over these definitions: ${inShort(missing)}`);
      }
      void started.exited.then(async (exit) => {
        if (stopping) return;
        await epmd?.end(1000);
        for (const listener of listeners) listener(exit);
      });
    },
    stop: (graceMs = STOP_GRACE_MS) => endAll((child) => child.end(graceMs)),
    kill: () =>
      endAll(async (child) => {
        child.signal('SIGKILL');
        await child.exited;
      }),
    signal: (signal) => node?.signal(signal),
    onExit: (listener) => listeners.push(listener),
  };
}

/**
 * Starts a private RabbitMQ node and resolves when it is ready for its users.
 * Rejects with StartFailed, which shows the lines of the log that say why.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const broker = createBroker(options);
  await broker.start();
  return broker;
}
