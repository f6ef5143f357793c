import { z } from 'zod';
import { createProgress, type ProgressStream } from '../setup/progress.mjs';

/** What a person sees of a shop that starts, runs and stops. */
export interface Output {
  /** Does `work` and shows it when it takes over a second. */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  print(line: string): void;
  /** Shows a line of a process if a person should see it. */
  showLog(entry: LogEntry): void;
}

/** A line that a process of the shop wrote; it is in the process's log too. */
export interface LogEntry {
  readonly program: string;
  readonly line: string;
  /** Until then its last lines are shown with the failure, if it comes to that. */
  readonly ready: boolean;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error', 60: 'fatal' };
const SHOWN_LEVELS = new Set(['warn', 'error', 'fatal']);

/** The first line of an error; the Erlang terms that explain it are indented and in the log. */
const RABBITMQ_ERROR = / \[error\] <[\d.]+> \S/;

const logLineShape = z.object({
  level: z.union([z.string(), z.number()]),
  msg: z.string().default(''),
  err: z
    .union([z.string(), z.object({ message: z.string() }).transform((error) => error.message)])
    .optional(),
  queue: z.string().optional(),
  traceId: z.string().optional(),
});

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * A log line as one short line for the terminal, or undefined when it is not a warning or worse. Services write
 * JSON; anything else that they write (a crash of Node itself) is worth seeing as it is.
 */
export function shortForm(program: string, line: string): string | undefined {
  if (program === 'rabbitmq') return RABBITMQ_ERROR.test(line) ? `${program}: ${line}` : undefined;
  if (program === 'mongo') return undefined;
  if (line.trim() === '') return undefined;
  // Most lines are no warning; a busy shop writes thousands a second.
  if (/^\{"level":"(?:info|debug|trace)"/.test(line)) return undefined;
  const parsed = logLineShape.safeParse(parseJson(line));
  if (!parsed.success) return line.startsWith('{') ? undefined : `${program}: ${line}`;
  const { level, msg, err, queue, traceId } = parsed.data;
  const name = typeof level === 'number' ? (LEVEL_NAMES[level] ?? 'info') : level;
  if (!SHOWN_LEVELS.has(name)) return undefined;
  const details = [
    err && err !== msg ? `: ${err}` : '',
    queue ? ` queue=${queue}` : '',
    traceId ? ` trace=${traceId}` : '',
  ];
  return `${program} ${name}: ${msg}${details.join('')}`;
}

/** Progress and warnings; with `showEverything` each log line of each process. */
export function terminalOutput(options: {
  readonly showEverything: boolean;
  readonly stream?: ProgressStream;
}): Output {
  const progress = createProgress(options.stream);
  return {
    step: progress.step,
    print: progress.print,
    showLog({ program, line, ready }) {
      if (!ready && !options.showEverything) return;
      const shown = options.showEverything ? `${program}: ${line}` : shortForm(program, line);
      if (shown !== undefined) progress.print(`  ${shown}`);
    },
  };
}

/** Shows nothing: the logs hold everything. */
export const silentOutput: Output = {
  step: (_name, work) => work(),
  print: () => undefined,
  showLog: () => undefined,
};
