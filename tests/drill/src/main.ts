import { writeFile } from 'node:fs/promises';
import { type DrillResult, isGood, runDrill } from './drill.js';
import { type DrillOptions, readOptions, usage } from './options.js';
import { createProgress } from './progress.js';
import { commandOf, markdownReport, plainReport } from './report/report.js';
import { openShop } from './shop.js';

const stopping = new AbortController();

async function drill(options: DrillOptions): Promise<void> {
  const progress = createProgress(process.stderr);
  progress.say(`Plan: ${commandOf(options)}`);
  progress.say('Starting a shop of its own …');
  const own = await openShop({}, stopping.signal);
  try {
    await report(await untilStopped(runDrill(own, options, progress, stopping.signal)), options);
  } finally {
    const kept = await own.close(options.keep);
    if (kept !== undefined) progress.say(`Data and logs: ${kept}`);
  }
}

/** Ctrl-C ends the shop in order, and with it the drill. */
async function untilStopped(result: Promise<DrillResult>): Promise<DrillResult> {
  const stopped = new Promise<never>((_resolve, reject) => {
    stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason));
  });
  return Promise.race([result, stopped]);
}

async function report(result: DrillResult, { ledgerFile }: DrillOptions): Promise<void> {
  console.log(plainReport(result));
  if (ledgerFile !== undefined) await writeFile(ledgerFile, markdownReport(result));
  if (!isGood(result)) process.exitCode = 1;
}

const read = readOptions(process.argv.slice(2));
switch (read.is) {
  case 'help':
    console.log(usage);
    break;
  case 'wrong':
    console.error([...read.problems, '', usage].join('\n'));
    process.exitCode = 2;
    break;
  case 'drill':
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => stopping.abort(new Error('The drill was stopped.')));
    }
    try {
      await drill(read.options);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
    // Shoppers of a drill that was cut short may still wait for answers that never come.
    process.exit();
}
