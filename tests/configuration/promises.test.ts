import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { describe, expect, it } from 'vitest';

const page = readFileSync(join(repositoryRoot, 'docs', 'promises.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);
/** A line such as: - `folder/test/file.test.ts`: "the name of the test" */
const citation = /^- `([^`]+\.test\.ts)`: "(.+)"$/gm;

function citations(section: string): { file: string; name: string }[] {
  return [...section.matchAll(citation)].map(([, file = '', name = '']) => ({ file, name }));
}

/** A name as it may stand in the source: apostrophes in a quoted text are escaped. */
function stands(name: string, source: string): boolean {
  return source.includes(name) || source.includes(name.replaceAll("'", "\\'"));
}

describe('the page of promises', () => {
  it('has eight of them, each shown by tests', () => {
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const section of sections)
      expect(citations(section).length, section.slice(0, 60)).toBeGreaterThan(1);
  });

  it.each(citations(page))('names a test that is there: $file, "$name"', ({ file, name }) => {
    expect(stands(name, readFileSync(join(repositoryRoot, file), 'utf8'))).toBe(true);
  });
});
