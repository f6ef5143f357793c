import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installWithApt } from '../setup/apt.mjs';
import {
  brokerDecision,
  chromiumDecision,
  nodeProblem,
  packagesAreCurrent,
  prometheusDecision,
} from '../setup/decisions.mjs';
import { findChromium, findPrometheus, findRabbitServer, type Machine } from '../setup/machine.mjs';
import { createProgress } from '../setup/progress.mjs';

const bareMachine: Machine = {
  platform: 'linux',
  nodeVersion: '20.19.0',
  root: false,
  debian: false,
  fedora: false,
  arch: false,
  rabbitmqUrl: undefined,
  rabbitServer: undefined,
  chromium: undefined,
  chromiumPath: undefined,
  prometheus: undefined,
};

function sentenceOf(decision: ReturnType<typeof brokerDecision>): string {
  if (decision.action !== 'refuse') throw new Error(`expected a refusal, got ${decision.action}`);
  return decision.sentence;
}

describe('a RabbitMQ server', () => {
  test('that RABBITMQ_URL names is enough', () => {
    const machine = { ...bareMachine, rabbitmqUrl: 'amqp://elsewhere' };
    expect(brokerDecision(machine)).toEqual({ action: 'none' });
  });

  test('that is found on the machine is enough', () => {
    const machine = { ...bareMachine, rabbitServer: '/usr/lib/rabbitmq/bin/rabbitmq-server' };
    expect(brokerDecision(machine)).toEqual({ action: 'none' });
  });

  test('is installed by root on Debian', () => {
    const machine = { ...bareMachine, debian: true, root: true };
    expect(brokerDecision(machine)).toEqual({ action: 'apt', packages: ['rabbitmq-server'] });
  });

  test.each([
    ['Debian without root', { debian: true }, 'sudo apt-get install rabbitmq-server'],
    ['Fedora', { fedora: true, root: true }, 'sudo dnf install rabbitmq-server'],
    ['Arch', { arch: true }, 'sudo pacman -S rabbitmq'],
    ['macOS', { platform: 'darwin' }, 'brew install rabbitmq'],
    ['an unknown system', {}, 'https://www.rabbitmq.com/docs/download'],
  ])('on %s is asked for in one sentence with the way to get it', (_system, machine, command) => {
    const sentence = sentenceOf(brokerDecision({ ...bareMachine, ...machine }));
    expect(sentence).toContain(command);
    expect(sentence).toContain('RABBITMQ_URL');
    expect(sentence).not.toContain('\n');
  });
});

describe('where RabbitMQ is looked for', () => {
  function onlyAt(...paths: string[]): (path: string) => boolean {
    return (path) => paths.includes(path);
  }

  test('the script itself comes before the wrapper that refuses everyone but a system user', () => {
    const both = onlyAt('/usr/sbin/rabbitmq-server', '/usr/lib/rabbitmq/bin/rabbitmq-server');
    const found = findRabbitServer({ PATH: '/usr/sbin:/usr/bin' }, both);
    expect(found).toBe('/usr/lib/rabbitmq/bin/rabbitmq-server');
  });

  test.each([
    ['RABBITMQ_HOME', { RABBITMQ_HOME: '/opt/rabbit' }, '/opt/rabbit/sbin/rabbitmq-server'],
    ['the PATH', { PATH: '/somewhere/bin' }, '/somewhere/bin/rabbitmq-server'],
    ['Homebrew on Apple silicon', {}, '/opt/homebrew/sbin/rabbitmq-server'],
    ['Homebrew on Intel', {}, '/usr/local/sbin/rabbitmq-server'],
  ])('%s is searched', (_place, environment, path) => {
    expect(findRabbitServer(environment, onlyAt(path))).toBe(path);
  });

  test('nothing is found where there is nothing', () => {
    expect(findRabbitServer({ PATH: '/usr/bin' }, () => false)).toBeUndefined();
  });
});

describe('a browser for the tests', () => {
  test('is installed by root on Debian', () => {
    const machine = { ...bareMachine, debian: true, root: true };
    expect(chromiumDecision(machine)).toEqual({ action: 'apt', packages: ['chromium'] });
  });

  test('on macOS is found among the applications, or asked for', () => {
    const application = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findChromium({}, (path) => path === application)).toBe(application);
    expect(sentenceOf(chromiumDecision({ ...bareMachine, platform: 'darwin' }))).toContain('brew install');
  });

  test('that CHROMIUM_PATH names wrongly is not replaced behind the back', () => {
    const machine = { ...bareMachine, chromiumPath: '/nowhere', debian: true, root: true };
    expect(sentenceOf(chromiumDecision(machine))).toContain('CHROMIUM_PATH is /nowhere');
    expect(findChromium({ CHROMIUM_PATH: '/nowhere', PATH: '/usr/bin' }, (path) => path !== '/nowhere')).toBe(
      undefined,
    );
  });
});

describe('Prometheus for the tests', () => {
  test('is installed by root on Debian, and asked for elsewhere', () => {
    const machine = { ...bareMachine, debian: true, root: true };
    expect(prometheusDecision(machine)).toEqual({ action: 'apt', packages: ['prometheus'] });
    expect(sentenceOf(prometheusDecision({ ...bareMachine, debian: true }))).toContain(
      'sudo apt-get install prometheus',
    );
    expect(sentenceOf(prometheusDecision(bareMachine))).toContain('https://prometheus.io');
  });

  test('that is there with its promtool is enough', () => {
    const environment = { PATH: '/opt/prometheus' };
    const both = (path: string) => path.startsWith('/opt/prometheus/prom');
    expect(findPrometheus(environment, both)).toBe('/opt/prometheus/prometheus');
    expect(findPrometheus(environment, (path) => path === '/opt/prometheus/prometheus')).toBe(undefined);
    expect(prometheusDecision({ ...bareMachine, prometheus: '/opt/prometheus/prometheus' })).toEqual({
      action: 'none',
    });
  });
});

describe('Node', () => {
  test.each(['20.18.3', '18.20.0', '8.1.0'])('%s is refused in one sentence', (version) => {
    expect(nodeProblem(version)).toMatch(/needs Node 20\.19 or newer; this is Node [\d.]+/);
  });

  test.each(['20.19.0', '20.20.2', '22.0.0', '24.11.1'])('%s is accepted', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });
});

describe('the installed packages', () => {
  const locked = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/express': { version: '5.1.0', integrity: 'sha512-a' },
      'node_modules/for-another-system': { version: '1.0.0', integrity: 'sha512-b', optional: true },
    },
  };

  test('are current when npm installed what the lock file says, other systems aside', () => {
    const installed = { packages: { 'node_modules/express': { version: '5.1.0', integrity: 'sha512-a' } } };
    expect(packagesAreCurrent(locked, installed)).toBe(true);
  });

  test.each([
    ['nothing was ever installed', undefined],
    ['a package is missing', { packages: {} }],
    [
      'a version differs',
      { packages: { 'node_modules/express': { version: '5.0.0', integrity: 'sha512-a' } } },
    ],
    [
      'a content differs',
      { packages: { 'node_modules/express': { version: '5.1.0', integrity: 'sha512-z' } } },
    ],
  ])('are stale when %s', (_case, installed) => {
    expect(packagesAreCurrent(locked, installed)).toBe(false);
  });
});

describe('installing from Debian', () => {
  let directory: string;
  let policy: string;
  let aptGet: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'micromall-apt-'));
    policy = join(directory, 'policy-rc.d');
    aptGet = join(directory, 'apt-get');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** An apt-get that writes down how it was called and what the policy on services said meanwhile. */
  function standInForApt(installExit: number): void {
    const script = `#!/bin/sh
echo "$@" >> ${directory}/calls
[ "$1" = update ] && exit 0
${policy}; echo $? > ${directory}/policy-answer
echo "$DEBIAN_FRONTEND" > ${directory}/frontend
exit ${installExit}
`;
    writeFileSync(aptGet, script);
    chmodSync(aptGet, 0o755);
  }

  test('updates first, asks nothing, starts no system service, and leaves no policy behind', async () => {
    standInForApt(0);
    await installWithApt(['rabbitmq-server'], { policy, aptGet });
    const calls = readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n');
    expect(calls[0]).toContain('update');
    expect(calls[1]).toContain('--no-install-recommends rabbitmq-server');
    expect(readFileSync(join(directory, 'policy-answer'), 'utf8').trim()).toBe('101');
    expect(readFileSync(join(directory, 'frontend'), 'utf8').trim()).toBe('noninteractive');
    expect(existsSync(policy)).toBe(false);
  });

  test('takes its policy away after a failure too', async () => {
    standInForApt(100);
    await expect(installWithApt(['rabbitmq-server'], { policy, aptGet })).rejects.toThrow('exited with 100');
    expect(existsSync(policy)).toBe(false);
  });

  test("leaves the machine owner's policy as it is", async () => {
    writeFileSync(policy, '#!/bin/sh\nexit 104\n', { mode: 0o755 });
    standInForApt(0);
    await installWithApt(['rabbitmq-server'], { policy, aptGet });
    expect(readFileSync(join(directory, 'policy-answer'), 'utf8').trim()).toBe('104');
    expect(readFileSync(policy, 'utf8')).toContain('exit 104');
  });
});

describe('progress', () => {
  test('a quick step stays silent, a slow one is told with its time, and a result passes through', async () => {
    let written = '';
    const progress = createProgress({ write: (text) => (written += text) });
    expect(await progress.step('Quick', async () => 1)).toBe(1);
    expect(written).toBe('');
    await progress.step('Slow', () => new Promise<void>((resolve) => setTimeout(resolve, 1100)));
    expect(written).toMatch(/… Slow\n {2}✓ Slow \(1\.\d s\)/);
  });

  test('a step that fails passes its error on', async () => {
    const progress = createProgress({ write: () => undefined });
    await expect(progress.step('Broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
