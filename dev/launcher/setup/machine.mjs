import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Where RabbitMQ's own start script lies. The distributions' /usr/sbin/rabbitmq-server is a wrapper that
 * switches to a system user and refuses everyone else, so the script it wraps comes first.
 */
const RABBITMQ_DIRECTORIES = [
  '/usr/lib/rabbitmq/bin',
  '/usr/lib/rabbitmq/sbin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
  '/opt/local/sbin',
];
const RABBITMQ_LAST_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin'];

/** Homebrew and MacPorts put Erlang where a bare PATH does not look. */
const TOOL_DIRECTORIES = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/erlang/bin',
  '/usr/local/opt/erlang/bin',
  '/opt/local/bin',
];

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const CHROMIUM_APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Whether this file can be started as a program. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function pathDirectories(environment) {
  return (environment.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
}

/** The user's PATH, then the directories that hold Erlang and the system's tools on the known systems. */
export function toolPath(environment) {
  return [...new Set([...pathDirectories(environment), ...TOOL_DIRECTORIES])].join(delimiter);
}

/** The first place where a program of this name lies, or undefined. */
export function findProgram(name, environment, executable = isExecutable) {
  return toolPath(environment)
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find(executable);
}

/** The start script of a RabbitMQ server on this machine, or undefined. */
export function findRabbitServer(environment, executable = isExecutable) {
  const home = environment.RABBITMQ_HOME;
  const directories = [
    ...(home ? [join(home, 'sbin'), join(home, 'bin'), home] : []),
    ...RABBITMQ_DIRECTORIES,
    ...pathDirectories(environment),
    ...RABBITMQ_LAST_DIRECTORIES,
  ];
  return directories.map((directory) => join(directory, 'rabbitmq-server')).find(executable);
}

/** A browser for the journeys, or undefined. CHROMIUM_PATH is trusted only if it names a program. */
export function findChromium(environment, executable = isExecutable) {
  const named = environment.CHROMIUM_PATH;
  if (named) return executable(named) ? named : undefined;
  for (const name of CHROMIUM_NAMES) {
    const found = findProgram(name, environment, executable);
    if (found) return found;
  }
  return CHROMIUM_APPLICATIONS.find(executable);
}

/** A Prometheus with promtool, which checks its rules, or undefined. */
export function findPrometheus(environment, executable = isExecutable) {
  if (findProgram('promtool', environment, executable) === undefined) return undefined;
  return findProgram('prometheus', environment, executable);
}

/** What the decisions of setup depend on. */
export function describeMachine(environment = process.env) {
  return {
    platform: process.platform,
    nodeVersion: process.versions.node,
    root: process.getuid?.() === 0,
    debian: existsSync('/etc/debian_version') && findProgram('apt-get', environment) !== undefined,
    fedora: existsSync('/etc/fedora-release') || existsSync('/etc/redhat-release'),
    arch: existsSync('/etc/arch-release'),
    rabbitmqUrl: environment.RABBITMQ_URL,
    rabbitServer: findRabbitServer(environment),
    chromium: findChromium(environment),
    chromiumPath: environment.CHROMIUM_PATH,
    prometheus: findPrometheus(environment),
  };
}
