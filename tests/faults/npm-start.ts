import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, repositoryRoot, until } from '@micromall/launcher';
import { type Child, startChild } from '@micromall/launcher/processes/child';
import { z } from 'zod';

/** Where one shop of a test lives: its data and the three ports that a person may choose. */
export interface Place {
  readonly directory: string;
  readonly site: number;
  readonly webhook: number;
  readonly stripe: number;
}

export async function placeIn(directory: string): Promise<Place> {
  const [site = 0, webhook = 0, stripe = 0] = await freePorts(3);
  return { directory, site, webhook, stripe };
}

/** What `npm start` runs once everything is installed and compiled, as a process of its own. */
export interface Start extends Child {
  text(): string;
  /** Resolves when the table is there. */
  opened(): Promise<void>;
  /** Every process that it started, itself included. */
  family(): number[];
}

const openWithinMs = 150_000;
/** A person's own settings are none of the test's; an empty one counts as not set, here and in `.env`. */
const notSet = {
  RABBITMQ_URL: '',
  RABBITMQ_MANAGEMENT_URL: '',
  MONGO_URL: '',
  PROMETHEUS: '',
  STRIPE_PRIVATE_KEY: '',
  STRIPE_WEBHOOK_SECRET: '',
  FIRST_ADMIN_PASSWORD: '',
  SITE_URL: '',
  LOG_LEVEL: '',
  // Vitest's, not a person's.
  NODE_ENV: undefined,
};

export function npmStart(place: Place, ...args: string[]): Start {
  let text = '';
  const child = startChild({
    command: process.execPath,
    args: [join(repositoryRoot, 'dev', 'launcher', 'dist', 'start.js'), ...args],
    environment: {
      ...process.env,
      ...notSet,
      DATA_DIRECTORY: place.directory,
      SITE_PORT: String(place.site),
      WEBHOOK_PORT: String(place.webhook),
      STRIPE_SANDBOX_PORT: String(place.stripe),
    },
    onLine: (line) => {
      text += `${line}\n`;
    },
  });
  return {
    ...child,
    text: () => text,
    async opened() {
      const isOpen = () => text.includes('MicroMall is open.') && text.includes('Stop: Ctrl-C');
      await until(() => isOpen() || child.hasExited(), openWithinMs);
      if (!isOpen()) throw new Error(`the shop did not open:\n${text}`);
    },
    family: () => [child.pid, ...descendantsOf(child.pid)],
  };
}

/** What runs on this machine, as `ps` tells it on Linux and macOS. */
function everyProcess(): { pid: number; parent: number; command: string }[] {
  const { stdout, error } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], {
    encoding: 'utf8',
    maxBuffer: 16_000_000,
  });
  if (error) throw error;
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}

function descendantsOf(ancestor: number): number[] {
  const all = everyProcess();
  const found = [ancestor];
  for (const pid of found) found.push(...all.filter(({ parent }) => parent === pid).map((each) => each.pid));
  return found.slice(1);
}

/** Those of the processes that still run, and whatever else names the data directory on its command line. */
export function leftOver(pids: readonly number[], place: Place): string[] {
  return everyProcess()
    .filter(({ pid, command }) => pids.includes(pid) || command.includes(place.directory))
    .filter(({ command }) => !/<defunct>$|^\(/.test(command))
    .map(({ pid, command }) => `${pid} ${command}`);
}

const runningShape = z.object({ pid: z.int(), children: z.array(z.object({ name: z.string() })) });

/** What the launcher wrote down about itself, for the next start. */
export function runningOf(place: Place): { pid: number; names: string[] } {
  const { pid, children } = runningShape.parse(
    JSON.parse(readFileSync(join(place.directory, 'running.json'), 'utf8')),
  );
  return { pid, names: children.map(({ name }) => name).sort() };
}
