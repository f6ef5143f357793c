import { inspect } from 'node:util';
import type { Trace } from './find-traces.js';
import type { LogLine } from './log-line.js';

/** A trace as text: a title, then one line for each log line with the time that had passed since the first. */
export function formatTrace({ traceId, lines }: Trace): string {
  const first = lines[0]?.at ?? 0;
  const last = lines.at(-1)?.at ?? first;
  const services = new Set(lines.map(({ service }) => service));
  const widest = Math.max(0, ...[...services].map(({ length }) => length));
  const amount = `${counted(lines.length, 'line')}, ${counted(services.size, 'service')}, ${last - first} ms`;
  const title = traceId === undefined ? `In no trace: ${amount}` : `Trace ${traceId}: ${amount}`;
  const formatted = lines.map((line) => formatLine(line, first, widest));
  return [`${title}, from ${new Date(first).toISOString()}`, ...formatted].join('\n');
}

function formatLine({ at, service, level, msg, facts }: LogLine, first: number, widest: number): string {
  const passed = `+${at - first} ms`.padStart(10);
  const details = Object.entries(facts).map(([name, value]) => ` ${name}=${inShort(value)}`);
  return `${passed}  ${service.padEnd(widest)}  ${level.padEnd(5)}  ${msg}${details.join('')}`;
}

function inShort(value: unknown): string {
  if (typeof value === 'string') return value;
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
