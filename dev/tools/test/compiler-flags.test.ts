import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { compileCommand } from '@micromall/launcher/setup/compiler.mjs';
import { expect, it } from 'vitest';

/** Every place that runs the compiler, with how often; setup and `npm run dev` take their command from one file. */
const places: Readonly<Record<string, number>> = {
  Dockerfile: 3,
  'dev/launcher/setup/compiler.mjs': 1,
  'docker-compose.dev.yml': 1,
  'package.json': 2,
};

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: repositoryRoot, encoding: 'utf8' })
  .split('\0')
  .filter((path) => /(?:\.(?:json|mjs|ts|yml)|(?:^|\/)Dockerfile|^\.ci\/run)$/.test(path))
  .filter((path) => !/(?:^|\/)(?:test|tests|\.vscode)\/|^package-lock\.json$/.test(path));

/** Each command that runs the compiler, on one line. */
function commandsIn(path: string): string[] {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/\n\s*#.*/g, '')
    .replaceAll(/\n\s*- '?(.*?)'?(?=\n)/g, ' $1');
  return [...text.matchAll(/(?<![\w$])tsc(?= |')[^&"\n]*/g)].map(([command]) => command);
}

it('the compiler is run in these places and in no other', () => {
  const found = tracked.flatMap((path) => {
    const count = commandsIn(path).length;
    return count === 0 ? [] : [[path, count]];
  });
  expect(Object.fromEntries(found)).toEqual(places);
});

it('setup and the watcher compile one project after another', () => {
  expect(compileCommand('/root').args.slice(1)).toEqual(['-b', '--builders', '1', '--checkers', '1']);
});

const others = Object.keys(places).filter((path) => !path.endsWith('.mjs'));

it.each(others)('%s runs it with one checker and, for many projects, one builder', (path) => {
  const lacking = commandsIn(path).filter(
    (command) =>
      !command.includes('--checkers 1') || (/ -b\b/.test(command) && !/--builders 1\b/.test(command)),
  );
  expect(lacking).toEqual([]);
});
