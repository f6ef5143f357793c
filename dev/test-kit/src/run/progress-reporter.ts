import { relative } from 'node:path';
import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node';

const everyMs = 10_000;
const slowestShown = 10;

/** Writes a line every ten seconds while tests run, and the slowest files at the end. */
export default class ProgressReporter implements Reporter {
  #root = '';
  #files = 0;
  #started = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #running = new Map<string, { readonly file: string; readonly since: number }>();
  readonly #ended: { file: string; milliseconds: number }[] = [];

  onInit({ config }: Vitest): void {
    this.#root = config.root;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.length;
    this.#started = Date.now();
    this.#ended.length = 0;
    this.#timer = setInterval(() => this.#write(this.#status()), everyMs);
  }

  onTestModuleQueued(module: TestModule): void {
    const file = relative(this.#root, module.moduleId);
    this.#running.set(module.id, { file, since: Date.now() });
  }

  onTestModuleEnd(module: TestModule): void {
    const running = this.#running.get(module.id);
    if (running === undefined) return;
    this.#running.delete(module.id);
    this.#ended.push({ file: running.file, milliseconds: Date.now() - running.since });
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
    const seconds = this.#ended.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1_000;
    this.#write(`\nSlowest of ${this.#ended.length} files (${seconds.toFixed(0)} s in all):`);
    const slowest = this.#ended.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, slowestShown);
    for (const { file, milliseconds } of slowest)
      this.#write(`${(milliseconds / 1_000).toFixed(1).padStart(7)} s  ${file}`);
  }

  #status(): string {
    const clock = Math.round((Date.now() - this.#started) / 1_000);
    const running = [...this.#running.values()].map(
      ({ file, since }) => `${file} (${Math.round((Date.now() - since) / 1_000)} s)`,
    );
    return `… ${clock} s: ${this.#ended.length} of ${this.#files} files; now ${running.join(', ') || 'starting'}`;
  }

  #write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}
