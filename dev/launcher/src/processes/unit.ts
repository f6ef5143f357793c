import type { Exit } from './child.js';

/** Something that the launcher can start, wait for, stop and start again: a service, the broker, a database. */
export interface Unit {
  readonly name: string;
  /** Of the running process, or undefined. */
  pid(): number | undefined;
  /**
   * Starts it and resolves when it is ready. Rejects with StartFailed when it ends or stays unready before.
   * @param besides variables of this one process, besides those of every one
   */
  start(besides?: Readonly<Record<string, string>>): Promise<void>;
  /** Asks it to end, kills it after `graceMs`, and resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Calls `listener` when it ends after having been ready and without having been asked to. */
  onExit(listener: (exit: Exit) => void): void;
}

/** A unit that never became ready. `lines` are the last useful ones that it wrote. */
export class StartFailed extends Error {
  readonly unit: string;
  readonly reason: string;
  readonly lines: readonly string[];

  constructor(unit: string, reason: string, lines: readonly string[]) {
    super([`${unit} ${reason}`, ...lines.map((line) => `  ${line}`)].join('\n'));
    this.name = 'StartFailed';
    this.unit = unit;
    this.reason = reason;
    this.lines = lines;
  }
}
