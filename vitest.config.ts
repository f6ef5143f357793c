import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const root = import.meta.dirname;

/** The folder of each workspace by the name of its package. */
function workspaces(): Map<string, string> {
  const folders = ['', 'dev', 'tests'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
      .map((entry) => join(root, parent, entry.name)),
  );
  return new Map(
    folders.flatMap((folder) => {
      try {
        const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        return [[manifest.name as string, folder]];
      } catch {
        return [];
      }
    }),
  );
}

const folderOf = workspaces();

/** Tests run the sources themselves, so that what fails is what is written and nothing stale is tested. */
const workspaceSources: ViteUserConfig['plugins'] = [
  {
    name: 'workspace-sources',
    enforce: 'pre',
    resolveId: (id) => {
      const [, name = '', part] = /^(@micromall\/[a-z-]+)(?:\/([a-z/-]+))?$/.exec(id) ?? [];
      const folder = folderOf.get(name);
      if (folder === undefined) return undefined;
      const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const target = part === undefined ? exports['.'] : (exports[`./${part}`] ?? exports['./*']);
      return join(
        folder,
        target
          .replace('*', part ?? '')
          .replace('./dist/', './src/')
          .replace(/\.js$/, '.ts'),
      );
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
          include: [
            '*/test/**/*.test.ts',
            'dev/*/test/**/*.test.ts',
            'tests/{configuration,drill}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['dev/test-kit/src/global-setup.ts'],
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
          include: ['tests/{journeys,faults}/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/journeys/global-setup.ts'],
          testTimeout: 150_000,
          hookTimeout: 240_000,
          // After the parts: the journeys start whole shops, and tell most when the parts are sound.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
