/** Where progress goes: one line that is written over on a terminal, plain lines elsewhere. */
export interface Progress {
  /** A line that stays. */
  say(line: string): void;
  /** How things stand now; `status` is asked for about once a second until `end`. */
  show(status: () => string): void;
  end(): void;
}

/** What of a stream is needed to write to it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const terminalEveryMs = 500;
const plainEveryMs = 15_000;
const eraseLine = '\r\x1b[2K';

export function createProgress(stream: ProgressStream): Progress {
  const isTerminal = stream.isTTY === true;
  let drawing: NodeJS.Timeout | undefined;

  function end(): void {
    clearInterval(drawing);
    drawing = undefined;
    if (isTerminal) stream.write(eraseLine);
  }

  return {
    say: (line) => stream.write(`${isTerminal ? eraseLine : ''}${line}\n`),
    show(status) {
      end();
      const draw = isTerminal
        ? () => stream.write(`${eraseLine}${status().slice(0, (stream.columns ?? 80) - 1)}`)
        : () => stream.write(`  ${status()}\n`);
      drawing = setInterval(draw, isTerminal ? terminalEveryMs : plainEveryMs);
    },
    end,
  };
}

/** Shows nothing, for tests. */
export const silentProgress: Progress = {
  say: () => undefined,
  show: () => undefined,
  end: () => undefined,
};
