import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests run the sources themselves, so that what fails is what is written and nothing stale is tested. */
function sourceOf(name: string): string {
  const index = new URL(`./${name}/src/index.ts`, import.meta.url).pathname;
  return existsSync(index) ? index : new URL(`./${name}/src/service.ts`, import.meta.url).pathname;
}

export default defineConfig({
  plugins: [
    {
      name: 'workspace-sources',
      enforce: 'pre',
      resolveId: (id) => {
        const name = /^@micromall\/([a-z-]+)$/.exec(id)?.[1];
        return name === undefined ? undefined : sourceOf(name);
      },
    },
  ],
  test: {
    include: ['*/test/**/*.test.ts'],
    globalSetup: ['dev/test/global-setup.ts'],
    // Two cores is what a small CI machine has; every file starts services of its own.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
