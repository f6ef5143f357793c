#!/usr/bin/env node
/**
 * Makes a fresh clone ready: packages, compiled code, a RabbitMQ server and, with --for-tests, a browser and
 * Prometheus.
 * Runs before `npm start`, `npm test`, `npm run dev`, `npm run bench` and `npm run picture`, so it needs nothing
 * but Node and does in well under a second what is already done.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installWithApt } from './setup/apt.mjs';
import { compileCommand } from './setup/compiler.mjs';
import {
  brokerDecision,
  chromiumDecision,
  nodeProblem,
  packagesAreCurrent,
  prometheusDecision,
} from './setup/decisions.mjs';
import { describeMachine } from './setup/machine.mjs';
import { createProgress } from './setup/progress.mjs';
import { CommandFailed, firstLines, lastLines, run } from './setup/run.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const progress = createProgress();

/** Something a person has to do; the message is all they need to read. */
class Refusal extends Error {}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Explains a failed command with its own words, as `pickLines` picks them, instead of a stack. */
async function explained(work, sentence, pickLines) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new Refusal(`${pickLines(error.output)}\n${sentence} (${error.message})`);
  }
}

async function installPackages() {
  const locked = readJson(join(ROOT, 'package-lock.json'));
  if (packagesAreCurrent(locked, readJson(join(ROOT, 'node_modules', '.package-lock.json')))) return;
  // Under `npm start`, npm says where it is; started by hand, it is found on the PATH.
  const underNpm = process.env.npm_execpath?.endsWith('npm-cli.js') === true;
  const [command, ...first] = underNpm ? [process.execPath, process.env.npm_execpath] : ['npm'];
  // The compiler and the native parts are needed whatever NODE_ENV or the user's npm settings leave out.
  const args = [...first, 'ci', '--include=dev', '--include=optional'];
  await progress.step('Installing packages', () =>
    explained(
      () => run(command, args, { cwd: ROOT }),
      'The packages of package-lock.json could not be installed.',
      // npm says what is wrong first and how it is used after that.
      (output) => firstLines(output, 15),
    ),
  );
}

async function compile() {
  const { command, args } = compileCommand(ROOT);
  await progress.step('Compiling', () =>
    explained(
      () => run(command, [...args, '--pretty', 'false'], { cwd: ROOT }),
      'The code does not compile.',
      (output) => firstLines(output, 40),
    ),
  );
}

async function provide(name, decide) {
  const decision = decide(describeMachine());
  if (decision.action === 'none') return;
  if (decision.action === 'refuse') throw new Refusal(decision.sentence);
  await progress.step(`Installing ${name} (apt-get install ${decision.packages.join(' ')})`, () =>
    explained(
      () => installWithApt(decision.packages),
      `${name} could not be installed from the distribution.`,
      (output) => lastLines(output, 15),
    ),
  );
  const after = decide(describeMachine());
  if (after.action !== 'none')
    throw new Refusal(`${name} was installed by apt-get, yet it is not found on this machine.`);
}

async function main() {
  const problem = nodeProblem(process.versions.node);
  if (problem) throw new Refusal(problem);
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  await installPackages();
  await compile();
  await provide('RabbitMQ', brokerDecision);
  if (!process.argv.includes('--for-tests')) return;
  await provide('Chromium', chromiumDecision);
  await provide('Prometheus', prometheusDecision);
}

main().catch((error) => {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
});
