import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { expect, it } from 'vitest';
import { generatedFiles } from '../src/generated/files.js';

it.each(generatedFiles())('$path is what `npm run generate` would write', async ({ path, content }) => {
  expect(await readFile(join(repositoryRoot, path), 'utf8')).toBe(content);
});
