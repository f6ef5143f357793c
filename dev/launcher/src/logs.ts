import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from './config.js';
import { findTraces } from './logs/find-traces.js';
import { formatTrace } from './logs/format-trace.js';
import { repositoryRoot } from './root.js';

const USAGE = `npm run logs -- <id>      shows what happened to one request, order, payment or account, through every service

<id> is the number on the page or in the header X-Request-Id, the number or id of an order, the id of a session or
payment at Stripe: anything that a log line carries. Of each request in which it occurs, all lines are shown.`;
/** Shorter texts are in too many lines to name anything. */
const shortestId = 6;

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) {
    console.error(USAGE);
    return 1;
  }
  if (id.length < shortestId) {
    console.error(
      `"${id}" is too short to name anything: give the whole id, at least ${shortestId} characters.`,
    );
    return 1;
  }
  const file = join(repositoryRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  const directory = join(resolve(repositoryRoot, readSettings(process.env).DATA_DIRECTORY), 'logs');
  const traces = await findTraces(directory, id);
  if (traces.length === 0) {
    console.error(`No log line in ${relative(process.cwd(), directory) || '.'} carries "${id}".`);
    return 1;
  }
  console.log(traces.map(formatTrace).join('\n\n'));
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
