import { type Child, type ChildOptions, describeExit, type Exit, startChild } from './child.js';
import { until } from './waiting.js';

/** Something that the launcher can start, wait for, stop and start again: a service, the broker, a database. */
export interface Program {
  readonly name: string;
  /** Of the running process, or undefined. */
  pid(): number | undefined;
  /**
   * Starts it and resolves when it is ready. Rejects with StartFailed when it ends or stays unready before.
   * @param variables of this one process, besides those of every one
   */
  start(variables?: Readonly<Record<string, string>>): Promise<void>;
  /** Asks it to end, kills it after `graceMs`, and resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Calls `listener` when it ends after having been ready and without having been asked to. */
  onExit(listener: (exit: Exit) => void): void;
}

/** A program that never became ready. `lines` are the last useful ones that it wrote. */
export class StartFailed extends Error {
  readonly program: string;
  readonly reason: string;
  readonly lines: readonly string[];

  constructor(program: string, reason: string, lines: readonly string[]) {
    super([`${program} ${reason}`, ...lines.map((line) => `  ${line}`)].join('\n'));
    this.name = 'StartFailed';
    this.program = program;
    this.reason = reason;
    this.lines = lines;
  }
}

export interface ProgramOptions extends ChildOptions {
  readonly name: string;
  /** Done before each start, such as making a directory. */
  readonly prepare?: () => Promise<void>;
  /** Asked again and again until it answers true. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

export const linesToShow = 15;

/** A program that is ready when a check says so. */
export function createProgram(options: ProgramOptions): Program {
  const listeners: ((exit: Exit) => void)[] = [];
  let child: Child | undefined;
  let stopping = false;

  return {
    name: options.name,
    pid: () => (child?.hasExited() === false ? child.pid : undefined),
    async start(variables) {
      stopping = false;
      await options.prepare?.();
      const started = startChild({ ...options, environment: { ...options.environment, ...variables } });
      child = started;
      const ready = await until(
        async () => started.hasExited() || (await options.isReady()),
        options.readyWithinMs,
      );
      if (started.hasExited()) {
        const exit = await started.exited;
        const reason = `${describeExit(exit)} before it was ready`;
        throw new StartFailed(options.name, reason, started.lastLines(linesToShow));
      }
      if (!ready) {
        await started.end(2000);
        const reason = `was not ready within ${options.readyWithinMs / 1000} s`;
        throw new StartFailed(options.name, reason, started.lastLines(linesToShow));
      }
      void started.exited.then((exit) => {
        if (!stopping) for (const listener of listeners) listener(exit);
      });
    },
    async stop(graceMs) {
      stopping = true;
      await child?.end(graceMs);
    },
    signal: (signal) => child?.signal(signal),
    onExit: (listener) => listeners.push(listener),
  };
}
