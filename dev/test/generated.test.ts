import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generatedFiles } from '../src/generated/files.js';
import { repositoryRoot } from '../src/root.js';

it.each(generatedFiles())('$path is what `npm run generate` would write', async ({ path, content }) => {
  expect(await readFile(join(repositoryRoot, path), 'utf8')).toBe(content);
});
