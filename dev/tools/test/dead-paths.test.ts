import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: repositoryRoot, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
const files = new Set(tracked);
const folders = new Set(tracked.flatMap((path) => parentsOf(path)));
const everyPath = `${[...files, ...folders].map((path) => `/${path}`).join('\n')}\n`;
const topFolders = [...folders].filter((path) => !path.includes('/') && !path.startsWith('.'));
/** Folders inside a workspace; a comment there may leave out what comes before. */
const innerFolders = [
  'test',
  'views',
  'public',
  'handlers',
  'use-cases',
  'domain',
  'store',
  'clients',
].concat(['jobs', 'pages', 'api', 'setup', 'processes', 'shop', 'broker', 'logs', 'generated']);

const extensions = 'ts|mts|mjs|js|json|md|yml|yaml|ejs|css|svg|webp|conf|alloy|sh|html';
/** `folder/file.ext` or `folder/`, from one of the repository's folders. */
const mention = new RegExp(
  `(?<![\\w./@:$}{*<-])((?:${[...topFolders, ...innerFolders].join('|')})/(?:[\\w.*-]+/)*(?:[\\w.*-]+\\.(?:${extensions}))?)(?![\\w/*{<$-])`,
  'g',
);

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

/** What people read: all of a document, the comments of code. */
function proseOf(path: string, text: string): string {
  if (path.endsWith('.md')) return text;
  if (/\.(?:ts|mts|mjs)$/.test(path))
    return (text.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm) ?? []).join('\n');
  if (path.endsWith('.ejs')) return (text.match(/<%#[\s\S]*?%>|<!--[\s\S]*?-->/g) ?? []).join('\n');
  return (text.match(/(?<=^|\s)#.*/gm) ?? []).join('\n');
}

function isRead(path: string): boolean {
  return /\.(?:md|ts|mts|mjs|yml|yaml|ejs)$|(?:^|\/)Dockerfile$/.test(path);
}

/** Wherever it lies below the root, and also if only its source is tracked. */
function exists(mentioned: string): boolean {
  const path = mentioned.replace(/\/$/, '');
  const source = path.replace(/\/dist(?=\/|$)/, '/src').replace(/\.js$/, '.ts');
  return [path, source].some(
    (each) => files.has(each) || folders.has(each) || everyPath.includes(`/${each}\n`),
  );
}

/** Each mention in a file that leads nowhere. */
function deadIn(path: string, text: string): string[] {
  return [...proseOf(path, text).matchAll(mention)]
    .map(([, mentioned = '']) => mentioned)
    .filter((mentioned) => !mentioned.includes('*') && !exists(mentioned))
    .map((mentioned) => `${path}: ${mentioned}`);
}

it('every path that a document or a comment names exists', () => {
  const dead = tracked
    .filter(isRead)
    .flatMap((path) => deadIn(path, readFileSync(join(repositoryRoot, path), 'utf8')));
  expect([...new Set(dead)]).toEqual([]);
});

it('a path that leads nowhere is found in documents and in each kind of comment', () => {
  const dead = 'contracts/src/gone.ts';
  expect(deadIn('README.md', `See \`${dead}\` and contracts/src/index.ts.`)).toEqual([`README.md: ${dead}`]);
  expect(deadIn('platform/src/a.ts', `// see ${dead}\nimport './b.js';`)).toHaveLength(1);
  expect(deadIn('platform/src/a.ts', `/** In ${'processes'}/gone.ts. */`)).toHaveLength(1);
  expect(deadIn('docker-compose.yml', `  # made from ${dead}\n  image: x`)).toHaveLength(1);
  expect(deadIn('frontend-service/views/a.ejs', `<%# see ${dead} %>`)).toHaveLength(1);
  expect(deadIn('README.md', 'rabbitmq/no-such-folder/ is gone')).toHaveLength(1);
});

it('what is compiled, a pattern and an address are no dead paths', () => {
  const text = 'dev/launcher/dist/start.js, contracts/src/*.ts, https://example.com/contracts/src/gone.ts';
  expect(deadIn('README.md', text)).toEqual([]);
});
