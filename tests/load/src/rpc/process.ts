import { callBare, serveBare } from './bare.js';
import { measureCalls, request } from './calls.js';
import { callPlatform, servePlatform } from './platform.js';

/** One end of the comparison in a process of its own: `process.js serve|call bare|platform <url> [<ms>]`. */
const [role, side, url = '', milliseconds = '3000'] = process.argv.slice(2);

if (role === 'serve') {
  await (side === 'bare' ? serveBare(url) : servePlatform(url));
  process.stdout.write('ready\n');
} else {
  const callOnce = side === 'bare' ? await callBare(url) : await callPlatform(url);
  const call = (): Promise<unknown> => callOnce(request);
  const forMs = Number(milliseconds);
  await measureCalls(call, 64, forMs / 2);
  const alone = await measureCalls(call, 1, forMs);
  const crowded = await measureCalls(call, 64, forMs);
  process.stdout.write(`${JSON.stringify({ alone, crowded })}\n`);
  process.exit(0);
}
