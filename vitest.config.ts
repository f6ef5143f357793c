import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { LongestFirst } from './dev/test-kit/src/run/longest-first.js';

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

/** Tests run the sources themselves, so that nothing stale is tested. */
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

/** What kills processes and waits for them: `npm run test:faults`. */
const faults = [
  'tests/faults/**/*.test.ts',
  'tests/drill/test/drill.test.ts',
  'dev/launcher/test/{broker,launcher}.test.ts',
  'platform/test/broker-restart.test.ts',
  'dev/embedded-mongo/test/**/*.test.ts',
];
/** What looks at the whole process in which it runs. */
const processes = ['*/test/{process,quiet}.test.ts'];
const never = ['**/node_modules/**', '**/dist/**'];

/** For a machine that is busy with other things; what must be quick says so itself. */
const parts = {
  globalSetup: ['dev/test-kit/src/run/backing-services.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    // More than the two cores of a small CI machine: most files wait for the services that they start.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    reporters: ['./dev/test-kit/src/run/progress-reporter.ts', 'default'],
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
          exclude: [...never, ...faults, ...processes],
          // Loading each service once a worker, not once a file, is a third of the work.
          isolate: false,
          ...parts,
        },
      },
      {
        plugins: workspaceSources,
        test: { name: 'parts-alone', include: processes, exclude: never, ...parts },
      },
      {
        plugins: workspaceSources,
        test: {
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          exclude: never,
          isolate: false,
          globalSetup: ['dev/test-kit/src/shop/lender.ts'],
          testTimeout: 150_000,
          hookTimeout: 240_000,
        },
      },
      {
        plugins: workspaceSources,
        test: {
          name: 'faults',
          include: faults,
          exclude: never,
          globalSetup: parts.globalSetup,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
