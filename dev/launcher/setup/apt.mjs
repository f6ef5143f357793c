import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Debian's packages start their system service when they are installed; a policy that answers 101
 * ("action not allowed") forbids it. A policy that is already there is the machine owner's and stays.
 * https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
 */
async function withoutStartingServices(work, policy) {
  if (existsSync(policy)) return await work();
  const remove = () => rmSync(policy, { force: true });
  const interrupted = (signal) => {
    remove();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    remove();
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}

/**
 * Installs Debian packages from the distribution; needs root. Rejects with CommandFailed.
 * `policy` and `aptGet` are for tests.
 */
export async function installWithApt(packages, { policy = POLICY, aptGet = 'apt-get' } = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(aptGet, ['update', '-q'], { env });
  await withoutStartingServices(
    () => run(aptGet, ['install', '-q', '-y', '--no-install-recommends', ...packages], { env }),
    policy,
  );
}
