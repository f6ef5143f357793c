import { createWriteStream, existsSync, mkdirSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** One log a process: `<name>.log`, new at each start of the shop; the one before is `<name>.log.1`. */
export interface LogFiles {
  readonly directory: string;
  pathOf(name: string): string;
  write(name: string, line: string): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

export function openLogFiles(directory: string): LogFiles {
  const streams = new Map<string, WriteStream>();

  function pathOf(name: string): string {
    return join(directory, `${name}.log`);
  }

  function streamOf(name: string): WriteStream {
    const known = streams.get(name);
    if (known !== undefined) return known;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = pathOf(name);
    if (existsSync(path)) renameSync(path, `${path}.1`);
    const stream = createWriteStream(path, { flags: 'w', mode: 0o600 });
    // A full disk must not end the shop.
    stream.on('error', () => undefined);
    streams.set(name, stream);
    return stream;
  }

  return {
    directory,
    pathOf,
    write: (name, line) => void streamOf(name).write(`${line}\n`),
    async close() {
      await Promise.all(
        [...streams.values()].map((stream) => new Promise<void>((resolve) => stream.end(resolve))),
      );
      streams.clear();
    },
  };
}
