import type { CompilePeak } from './compile-peak.js';

export interface ContainerSize {
  readonly service: string;
  readonly image: string;
  readonly imageBytes: number;
  /** As `docker stats` writes it: `52.68MiB / 192MiB`. */
  readonly memory: string;
}

const unitBytes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;
type Unit = keyof typeof unitBytes;

function isUnit(text: string): text is Unit {
  return Object.hasOwn(unitBytes, text);
}

/** Bytes of one side of what `docker stats` writes. Throws on a unit that nobody has seen yet. */
function bytesOf(text: string): number {
  const [, amount, unit = ''] = /^\s*([\d.]+)\s*(\w+)\s*$/.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) throw new Error(`docker stats wrote ${JSON.stringify(text)}`);
  return Number(amount) * unitBytes[unit];
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** What a compile of everything takes, as a sentence. */
export function compileLine({ seconds, bytes }: CompilePeak): string {
  return `Compiling everything takes ${seconds.toFixed(1)} s and at most ${megabytes(bytes)}.`;
}

function row(cells: readonly string[]): string {
  const [service = '', ...numbers] = cells;
  return `${service.padEnd(20)}${numbers.map((cell) => cell.padStart(16)).join('')}`;
}

/**
 * A table of images and memory. What the images made by this repository add to `base`, which they share, is told
 * apart: on a disk it is there once for each, the base once for all.
 */
export function sizesTable(
  containers: readonly ContainerSize[],
  base: { readonly image: string; readonly bytes: number },
): string {
  const lines = [row(['container', 'image', 'beyond its base', 'memory', 'limit'])];
  const seen = new Map<string, number>();
  let [memory, limits] = [0, 0];
  for (const { service, image, imageBytes, memory: usage } of containers) {
    const [used = 0, limit = 0] = usage.split('/').map(bytesOf);
    const isOurs = image.startsWith('micromall-');
    const own = isOurs ? imageBytes - base.bytes : imageBytes;
    seen.set(image, own);
    memory += used;
    limits += limit;
    lines.push(
      row([service, megabytes(imageBytes), isOurs ? megabytes(own) : '', megabytes(used), megabytes(limit)]),
    );
  }
  const onDisk = [...seen.values()].reduce((sum, bytes) => sum + bytes, base.bytes);
  lines.push(row(['together', megabytes(onDisk), '', megabytes(memory), megabytes(limits)]));
  lines.push(
    `\nThe base of the shop's own images, ${base.image}, has ${megabytes(base.bytes)} and is counted once.`,
  );
  return lines.join('\n');
}
