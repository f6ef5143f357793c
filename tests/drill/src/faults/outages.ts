/** Some part of the shop did not work. Milliseconds since 1970. */
export interface Outage {
  readonly process: string;
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
}

/** Remembers when which part was away. */
export interface OutageLog {
  begin(process: string): void;
  end(process: string): void;
  all(): readonly Outage[];
  /** What is away now. */
  current(): readonly string[];
}

export function createOutageLog(now: () => number = Date.now): OutageLog {
  const ended: Outage[] = [];
  const open = new Map<string, number>();
  return {
    begin(process) {
      if (!open.has(process)) open.set(process, now());
    },
    end(process) {
      const from = open.get(process);
      if (from === undefined) return;
      open.delete(process);
      ended.push({ process, from, to: now() });
    },
    all: () => [...ended, ...[...open].map(([process, from]) => ({ process, from, to: undefined }))],
    current: () => [...open.keys()],
  };
}

/** How many milliseconds of the time from `from` to `to` everything worked. */
export function timeInOrder(outages: readonly Outage[], from: number, to: number): number {
  let inOrder = 0;
  let reached = from;
  const sorted = [...outages].sort((a, b) => a.from - b.from);
  for (const outage of sorted) {
    const begins = Math.min(Math.max(outage.from, reached), to);
    inOrder += Math.max(0, begins - reached);
    reached = Math.max(reached, Math.min(outage.to ?? to, to));
  }
  return inOrder + Math.max(0, to - reached);
}
