import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Environment, toolPath } from '../../setup/machine.mjs';
import { repositoryRoot } from '../root.js';

/** Ports of one private node; all on 127.0.0.1. */
export interface BrokerPorts {
  readonly amqp: number;
  readonly management: number;
  readonly metrics: number;
  /** Erlang's own ports: between nodes, the port mapper, the command-line tools. */
  readonly distribution: number;
  readonly epmd: number;
  readonly ctl: number;
}

export interface NodeFiles {
  readonly configuration: string;
  readonly definitions: string;
  readonly plugins: string;
}

function nativeConfiguration(ports: BrokerPorts, definitions: string): string {
  return `# Written anew at each start by the launcher.
listeners.tcp.1 = 127.0.0.1:${ports.amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = ${ports.management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = ${ports.metrics}
load_definitions = ${definitions}
`;
}

/**
 * Lays out a node's directory: the configuration that containers use too, the keys that only a private node
 * has, and the definitions, readable by nobody else.
 */
export async function writeNodeFiles(
  directory: string,
  ports: BrokerPorts,
  definitions: object,
): Promise<NodeFiles> {
  const shared = join(repositoryRoot, 'rabbitmq');
  const files = {
    configuration: join(directory, 'conf.d'),
    definitions: join(directory, 'definitions.json'),
    plugins: join(directory, 'enabled_plugins'),
  };
  for (const name of ['home', 'conf.d', 'data', 'log']) {
    await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
  }
  await copyFile(join(shared, 'rabbitmq.conf'), join(files.configuration, '10-common.conf'));
  await copyFile(join(shared, 'enabled_plugins'), files.plugins);
  await writeFile(join(files.configuration, '20-native.conf'), nativeConfiguration(ports, files.definitions));
  await rm(files.definitions, { force: true });
  await writeFile(files.definitions, JSON.stringify(definitions, null, 2), { mode: 0o600 });
  await chmod(files.definitions, 0o600);
  return files;
}

/**
 * The environment of a node and its command-line tools. It starts empty: RABBITMQ_* and ERL_* variables of the
 * person who runs this would otherwise reach into the node. Keys: https://www.rabbitmq.com/docs/configure
 */
export function nodeEnvironment(
  directory: string,
  ports: BrokerPorts,
  files: NodeFiles,
  server: string,
  outer: Environment,
): Record<string, string> {
  return {
    PATH: `${dirname(server)}:${toolPath(outer)}`,
    LANG: 'C.UTF-8',
    // The node makes its Erlang cookie here.
    HOME: join(directory, 'home'),
    RABBITMQ_NODENAME: 'mall@localhost',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CTL_DIST_PORT_MIN: String(ports.ctl),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ports.ctl),
    // Need not exist; naming them keeps the machine's own /etc/rabbitmq out.
    RABBITMQ_CONF_ENV_FILE: join(directory, 'rabbitmq-env.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, 'advanced.config'),
    RABBITMQ_CONFIG_FILES: files.configuration,
    RABBITMQ_ENABLED_PLUGINS_FILE: files.plugins,
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // No crash dump in the current directory when a boot fails.
    ERL_CRASH_DUMP_SECONDS: '0',
  };
}
