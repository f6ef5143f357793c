import { existsSync } from 'node:fs';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests run the sources themselves, so that what fails is what is written and nothing stale is tested. */
function sourceOf(name: string): string {
  const index = new URL(`./${name}/src/index.ts`, import.meta.url).pathname;
  return existsSync(index) ? index : new URL(`./${name}/src/service.ts`, import.meta.url).pathname;
}

const workspaceSources: ViteUserConfig['plugins'] = [
  {
    name: 'workspace-sources',
    enforce: 'pre',
    resolveId: (id) => {
      const [, name, part] = /^@micromall\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(id) ?? [];
      if (name === undefined) return undefined;
      return part === undefined
        ? sourceOf(name)
        : new URL(`./${name}/src/${part}.ts`, import.meta.url).pathname;
    },
  },
];

export default defineConfig({
  test: {
    // Two cores is what a small CI machine has; every file starts services of its own.
    maxWorkers: 2,
    projects: [
      {
        plugins: workspaceSources,
        test: {
          name: 'parts',
          include: ['*/test/**/*.test.ts'],
          exclude: ['journeys/**', '**/node_modules/**'],
          globalSetup: ['dev/test/global-setup.ts'],
          // For a machine that is busy with other things; what must be quick says so itself.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: workspaceSources,
        test: {
          name: 'journeys',
          include: ['journeys/test/**/*.test.ts'],
          globalSetup: ['journeys/test/global-setup.ts'],
          testTimeout: 150_000,
          hookTimeout: 240_000,
          // After the parts: the journeys start whole shops, and tell most when the parts are sound.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
