import { type Child, type ChildOptions, describeExit, type Exit, startChild } from './child.js';
import { StartFailed, type Unit } from './unit.js';
import { until } from './waiting.js';

export interface ProgramOptions extends ChildOptions {
  readonly name: string;
  /** Asked again and again until it answers true. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

const LINES_TO_SHOW = 15;

/** A program that is ready when a check says so, as a unit. */
export function createProgram(options: ProgramOptions): Unit {
  const listeners: ((exit: Exit) => void)[] = [];
  let child: Child | undefined;
  let stopping = false;

  return {
    name: options.name,
    pid: () => (child?.hasExited() === false ? child.pid : undefined),
    async start(besides) {
      stopping = false;
      const started = startChild({ ...options, environment: { ...options.environment, ...besides } });
      child = started;
      const ready = await until(
        async () => started.hasExited() || (await options.isReady()),
        options.readyWithinMs,
      );
      if (started.hasExited()) {
        const exit = await started.exited;
        const reason = `${describeExit(exit)} before it was ready`;
        throw new StartFailed(options.name, reason, started.lastLines(LINES_TO_SHOW));
      }
      if (!ready) {
        await started.end(2000);
        const reason = `was not ready within ${options.readyWithinMs / 1000} s`;
        throw new StartFailed(options.name, reason, started.lastLines(LINES_TO_SHOW));
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
