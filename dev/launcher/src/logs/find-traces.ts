import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LogLine, parseLogLine } from './log-line.js';

/** One piece of work from its first line to its last. */
export interface Trace {
  /** Undefined for lines that belong to no trace. */
  readonly traceId: string | undefined;
  /** In the order in which they happened. */
  readonly lines: readonly LogLine[];
}

/** More pieces of work than a person reads; an id that is in more of them is too common to be followed. */
const mostTraces = 50;

/**
 * Everything that happened in the traces in which an id occurs: of an order, say, its purchase and its refund.
 * @param directory where the launcher keeps one log for each process, this run's and the one before
 * @param id a trace id, or any other id or number that log lines carry
 */
export async function findTraces(directory: string, id: string): Promise<Trace[]> {
  const mentions = await collect(directory, (text) => text.includes(id));
  const traceIds = new Set(mentions.flatMap(({ traceId }) => traceId ?? []));
  const followed = new Set([...traceIds].slice(0, mostTraces));
  const inTraces = await collect(directory, (text) => {
    const traceId = /"traceId":"([0-9a-f]{32})"/.exec(text)?.[1];
    return traceId !== undefined && followed.has(traceId);
  });
  const loose = mentions.filter(({ traceId }) => traceId === undefined);
  const traces = [...followed].map((traceId) => traceOf(traceId, inTraces));
  if (loose.length > 0) traces.push(traceOf(undefined, loose));
  return traces.sort((one, other) => startOf(one) - startOf(other));
}

function traceOf(traceId: string | undefined, lines: readonly LogLine[]): Trace {
  const own = lines.filter((line) => line.traceId === traceId);
  return { traceId, lines: own.sort((one, other) => one.at - other.at) };
}

function startOf({ lines }: Trace): number {
  return lines[0]?.at ?? 0;
}

async function collect(directory: string, isWanted: (text: string) => boolean): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for (const name of logsIn(directory)) {
    const input = createReadStream(join(directory, name), 'utf8');
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = isWanted(text) ? parseLogLine(text) : undefined;
      if (line) found.push(line);
    }
  }
  return found;
}

function logsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => /\.log(\.1)?$/.test(name));
}
