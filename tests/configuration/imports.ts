import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const manifest = z.object({
  name: z.string(),
  workspaces: z.array(z.string()).optional(),
  dependencies: names,
  devDependencies: names,
});

/** A folder with a package.json of its own. */
export interface Workspace {
  /** From the root, such as `dev/launcher`. */
  readonly folder: string;
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  /** From the root. */
  readonly path: string;
  /** Whether it is compiled and shipped, as opposed to tests, configuration and scripts. */
  readonly isSource: boolean;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  /** Whether nothing of it is left when the types are gone. */
  readonly isType: boolean;
  /** The package of a bare specifier; undefined for relative ones and for parts of Node. */
  readonly packageName: string | undefined;
  /** The file of a relative specifier, from the root. */
  readonly target: string | undefined;
}

const notOurs = new Set(['node_modules', 'dist', 'public', '.data']);
const statement =
  /^\s*(?:import|export)\s+(?:(type)\s+)?([^'";]*?)\s*from\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(path: string): Import[] {
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  return [...text.matchAll(statement)].map(([, type, clause = '', from, effect, dynamic]) => {
    const specifier = from ?? effect ?? dynamic ?? '';
    const parts = specifier.split('/');
    const isRelative = specifier.startsWith('.');
    const isBare = !isRelative && !specifier.startsWith('node:');
    const onlyTypes = /^\{(\s*type\s[^,}]+,?)+\s*\}$/.test(clause);
    return {
      specifier,
      isType: type !== undefined || onlyTypes,
      packageName: isBare ? parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') : undefined,
      target: isRelative
        ? relative(repositoryRoot, resolve(repositoryRoot, dirname(path), specifier)).replaceAll(sep, '/')
        : undefined,
    };
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesIn(path);
    return /\.m?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

function readManifest(folder: string): z.output<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8')));
}

function foldersOf(pattern: string): string[] {
  const [parent = '.', last = ''] = pattern.includes('/') ? pattern.split('/') : ['.', pattern];
  const wanted = new RegExp(`^${last.replace('*', '.*')}$`);
  return readdirSync(join(repositoryRoot, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && wanted.test(entry.name))
    .map((entry) => (parent === '.' ? entry.name : `${parent}/${entry.name}`));
}

/** Every workspace of the repository with its files and what they import. */
export function readWorkspaces(): Workspace[] {
  return (readManifest('.').workspaces ?? []).flatMap(foldersOf).map((folder) => {
    const { name, dependencies, devDependencies } = readManifest(folder);
    return {
      folder,
      name,
      dependencies: new Set(Object.keys(dependencies)),
      devDependencies: new Set(Object.keys(devDependencies)),
      files: filesIn(folder).map((path) => ({
        path,
        isSource: path.startsWith(`${folder}/src/`),
        imports: importsOf(path),
      })),
    };
  });
}

/** What the root provides to every workspace: the tools that compile and test. */
export const tools: ReadonlySet<string> = new Set(Object.keys(readManifest('.').devDependencies));
