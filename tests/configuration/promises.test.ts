import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '@micromall/launcher/root';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const page = readFileSync(join(repositoryRoot, 'docs', 'promises.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);
/** A line such as: - `npm test` → `folder/test/file.test.ts`: "the name of the test" */
const citation = /^- `npm (?:run )?([\w:]+)` → `([^`]+\.test\.ts)`: "(.+)"$/gm;

interface Citation {
  readonly script: string;
  readonly file: string;
  readonly name: string;
}

function citations(section: string): Citation[] {
  return [...section.matchAll(citation)].map(([, script = '', file = '', name = '']) => ({
    script,
    file,
    name,
  }));
}

/** A name as it may stand in the source: apostrophes in a quoted text are escaped. */
function contains(source: string, name: string): boolean {
  return source.includes(name) || source.includes(name.replaceAll("'", "\\'"));
}

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')));
const patterns = z.array(z.string());
const { test: configuration } = z
  .object({
    test: z.object({
      projects: z.array(
        z.object({ test: z.object({ name: z.string(), include: patterns, exclude: patterns }) }),
      ),
    }),
  })
  .parse((await import(pathToFileURL(join(repositoryRoot, 'vitest.config.ts')).href)).default);

/** The projects in which a script runs a file. */
function projectsOf(script: string, file: string): string[] {
  const matches = (globs: readonly string[]) => globs.some((glob) => matchesGlob(file, glob));
  return configuration.projects
    .map(({ test }) => test)
    .filter(({ name }) => scripts[script]?.split(' ').includes(name))
    .filter(({ include, exclude }) => matches(include) && !matches(exclude))
    .map(({ name }) => name);
}

describe('the page of promises', () => {
  it('has eight of them, each shown by tests', () => {
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const section of sections)
      expect(citations(section).length, section.slice(0, 60)).toBeGreaterThan(1);
  });

  it('names a command with every test', () => {
    expect(page.match(/^- .*\.test\.ts`: "/gm)).toHaveLength(citations(page).length);
  });

  it.each(citations(page))('names a test that is there: $file, "$name"', ({ file, name }) => {
    expect(contains(readFileSync(join(repositoryRoot, file), 'utf8'), name)).toBe(true);
  });

  it.each(citations(page))('names the command that runs it: $script, $file', ({ script, file }) => {
    expect(projectsOf(script, file)).toHaveLength(1);
  });
});

it('each kind of test file is run by one command', () => {
  for (const [file, runs] of [
    ['tests/faults/killed.test.ts', ['faults']],
    ['tests/drill/test/drill.test.ts', ['faults']],
    ['tests/drill/test/plan.test.ts', ['parts']],
    ['tests/journeys/purchase.test.ts', ['journeys']],
    ['dev/embedded-mongo/test/commands.test.ts', ['faults']],
    ['order-service/test/races.test.ts', ['parts']],
    ['auth-service/test/process.test.ts', ['parts-alone']],
  ] as const) {
    expect([...projectsOf('test', file), ...projectsOf('test:faults', file)], file).toEqual(runs);
  }
});
