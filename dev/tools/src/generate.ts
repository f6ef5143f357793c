import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { generatedFiles } from './generated/files.js';

/** `npm run generate`: writes every file that is made from code. */
for (const { path, content } of generatedFiles()) {
  const file = join(repositoryRoot, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  console.log(`wrote ${path}`);
}
