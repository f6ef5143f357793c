/** What to do about one need of the shop on a machine: pure, so that each kind of machine can be tested. */

const OLDEST_NODE = [20, 19];

const READY = { action: 'none' };

/** A sentence when this Node is too old, else undefined. */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `MicroMall needs Node ${oldestMajor}.${oldestMinor} or newer; this is Node ${version}. Install a newer one (https://nodejs.org) and run the command again.`;
}

function installCommand(machine, names) {
  if (machine.platform === 'darwin') return `brew install ${names.brew}`;
  if (machine.debian) return `sudo apt-get install ${names.debian}`;
  if (machine.fedora) return `sudo dnf install ${names.fedora}`;
  if (machine.arch) return `sudo pacman -S ${names.arch}`;
  return undefined;
}

/** RabbitMQ: named by RABBITMQ_URL, found, installed from Debian as root, or a sentence for a person. */
export function brokerDecision(machine) {
  if (machine.rabbitmqUrl) return READY;
  if (machine.rabbitServer) return READY;
  if (machine.debian && machine.root) return { action: 'apt', packages: ['rabbitmq-server'] };
  const command = installCommand(machine, {
    brew: 'rabbitmq',
    debian: 'rabbitmq-server',
    fedora: 'rabbitmq-server',
    arch: 'rabbitmq',
  });
  const how = command ? `Install it with: ${command}` : 'Install it (https://www.rabbitmq.com/docs/download)';
  return {
    action: 'refuse',
    sentence: `MicroMall's services meet on RabbitMQ, and no rabbitmq-server was found on this machine. ${how}, or name a running one in RABBITMQ_URL, then run the command again.`,
  };
}

/** Chromium, which only the browser journeys of the tests need. */
export function chromiumDecision(machine) {
  if (machine.chromium) return READY;
  if (machine.chromiumPath) {
    return {
      action: 'refuse',
      sentence: `CHROMIUM_PATH is ${machine.chromiumPath}, which is not a program; set it to the path of Chromium or Chrome, or unset it.`,
    };
  }
  if (machine.debian && machine.root) return { action: 'apt', packages: ['chromium'] };
  const command = installCommand(machine, {
    brew: '--cask chromium',
    debian: 'chromium',
    fedora: 'chromium',
    arch: 'chromium',
  });
  const how = command ? `Install it with: ${command}` : 'Install Chromium or Chrome';
  return {
    action: 'refuse',
    sentence: `The tests drive the shop in Chromium, and none was found on this machine. ${how}, or name one in CHROMIUM_PATH, then run the command again.`,
  };
}

/** Prometheus, with which the tests try the alarms; the shop itself does without it. */
export function prometheusDecision(machine) {
  if (machine.prometheus) return READY;
  if (machine.debian && machine.root) return { action: 'apt', packages: ['prometheus'] };
  const command = installCommand(machine, {
    brew: 'prometheus',
    debian: 'prometheus',
    fedora: 'golang-github-prometheus',
    arch: 'prometheus',
  });
  const how = command ? `Install it with: ${command}` : 'Install it (https://prometheus.io/download)';
  return {
    action: 'refuse',
    sentence: `The tests try the alarms with Prometheus and its promtool, and they were not found on this machine. ${how}, then run the command again.`,
  };
}

/**
 * Whether node_modules holds what package-lock.json asks for. `installed` is npm's own record of the last
 * install (node_modules/.package-lock.json), or undefined when there is none. Optional packages may be
 * missing (they are for other systems) but not different.
 */
export function packagesAreCurrent(locked, installed) {
  if (installed === undefined) return false;
  const present = installed.packages ?? {};
  for (const [path, wanted] of Object.entries(locked.packages ?? {})) {
    if (!path.includes('node_modules/')) continue;
    const found = present[path];
    if (found === undefined) {
      if (wanted.optional || wanted.devOptional || wanted.peer) continue;
      return false;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) return false;
  }
  return true;
}
