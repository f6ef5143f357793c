import { serviceNames } from '@micromall/contracts';
import { describe, expect, it } from 'vitest';
import { type Import, readWorkspaces, type SourceFile, tools, type Workspace } from './imports.js';

const workspaces = readWorkspaces();
const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
const services = workspaces.filter(({ folder }) => serviceNames.some((name) => name === folder));

/** Each import of these files that breaks a rule, as `file imports specifier`. */
function breaches(
  files: readonly SourceFile[],
  breaks: (each: Import, file: SourceFile) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((each) => breaks(each, file))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
}

function sourcesOf({ files }: Workspace): SourceFile[] {
  return files.filter(({ isSource }) => isSource);
}

/** The folder of the workspace that an import names. */
function folderNamedBy({ packageName = '' }: Import): string | undefined {
  return byName.get(packageName)?.folder;
}

function isSurrounding(folder: string | undefined): boolean {
  return folder !== undefined && /^(dev|tests)\//.test(folder);
}

it('reads imports as they are written', () => {
  const own = workspaces.find(({ folder }) => folder === 'tests/configuration');
  const imports = own?.files.find(({ path }) => path.endsWith('/workspaces.test.ts'))?.imports ?? [];
  expect(imports.map(({ specifier }) => specifier)).toEqual([
    '@micromall/contracts',
    'vitest',
    './imports.js',
  ]);
  expect(imports[2]).toMatchObject({ isType: false, target: 'tests/configuration/imports.js' });
  expect(workspaces.length).toBeGreaterThan(15);
  expect(services).toHaveLength(serviceNames.length);
});

describe.each(workspaces.map((workspace) => [workspace.folder, workspace] as const))(
  '%s',
  (folder, workspace) => {
    it('declares every package that it imports', () => {
      const { name, dependencies, devDependencies, files } = workspace;
      const undeclared = breaches(files, ({ packageName, isType }, { isSource }) => {
        if (packageName === undefined || packageName === name || dependencies.has(packageName)) return false;
        const isDeclaredForTests = devDependencies.has(packageName) || tools.has(packageName);
        return isSource && !isType ? true : !isDeclaredForTests;
      });
      expect(undeclared).toEqual([]);
    });

    it('reaches into no other workspace by path', () => {
      const outside = breaches(
        workspace.files,
        ({ target }) => target !== undefined && !target.startsWith(`${folder}/`),
      );
      expect(outside).toEqual([]);
    });
  },
);

describe('between workspaces', () => {
  it('there are no cycles', () => {
    function cyclesFrom(path: readonly string[]): string[] {
      const dependencies = [...(byName.get(path.at(-1) ?? '')?.dependencies ?? [])];
      return dependencies
        .filter((each) => byName.has(each))
        .flatMap((each) =>
          path.includes(each) ? [[...path, each].join(' → ')] : cyclesFrom([...path, each]),
        );
    }
    expect(workspaces.flatMap(({ name }) => cyclesFrom([name]))).toEqual([]);
  });

  it('what is shipped imports nothing of dev/ and tests/', () => {
    const shipped = workspaces.filter(({ folder }) => !isSurrounding(folder)).flatMap(sourcesOf);
    expect(breaches(shipped, (each) => isSurrounding(folderNamedBy(each)))).toEqual([]);
  });

  it('contracts knows no other, platform knows contracts, services know these two', () => {
    const allowed: Readonly<Record<string, readonly string[]>> = {
      contracts: [],
      platform: ['contracts'],
      ...Object.fromEntries(serviceNames.map((name) => [name, ['contracts', 'platform']])),
    };
    for (const workspace of workspaces.filter(({ folder }) => folder in allowed)) {
      const known = [workspace.folder, ...(allowed[workspace.folder] ?? [])];
      const others = breaches(sourcesOf(workspace), (each) => {
        const folder = folderNamedBy(each);
        return folder !== undefined && !known.includes(folder);
      });
      expect(others).toEqual([]);
    }
  });

  it('a service imports no other service, nor do its tests', () => {
    for (const { folder, files } of services) {
      const others = breaches(files, (each) =>
        services.some((service) => service.folder !== folder && service.folder === folderNamedBy(each)),
      );
      expect(others).toEqual([]);
    }
  });
});

/** What each folder of a service may import of the others; files beside the folders are not restricted. */
const entries = ['handlers', 'jobs', 'pages', 'api'];
const mayNotImport: Readonly<Record<string, readonly string[]>> = {
  'use-cases': entries,
  domain: [...entries, 'use-cases', 'store', 'clients'],
  store: [...entries, 'use-cases', 'clients'],
  clients: [...entries, 'use-cases', 'store'],
};

describe.each(services.map((each) => [each.folder, each] as const))('inside %s', (folder, service) => {
  const sources = sourcesOf(service);
  const inside = (part: string) => sources.filter(({ path }) => path.startsWith(`${folder}/src/${part}/`));
  const isIn = (parts: readonly string[], target = '') =>
    parts.some((part) => target.startsWith(`${folder}/src/${part}/`));

  it('imports run one way: handlers, jobs, pages and api → use-cases → domain, store and clients', () => {
    const backwards = Object.entries(mayNotImport).flatMap(([part, others]) =>
      breaches(inside(part), ({ target }) => isIn(others, target)),
    );
    expect(backwards).toEqual([]);
  });

  it('the domain imports itself, contracts, schemas and types', () => {
    const impure = breaches(inside('domain'), (each) => {
      if (each.isType || each.packageName === '@micromall/contracts' || each.packageName === 'zod')
        return false;
      return !isIn(['domain'], each.target);
    });
    expect(impure).toEqual([]);
  });

  it('only the store knows mongoose, and only clients know stripe, types aside', () => {
    const misplaced = breaches(
      sources,
      ({ packageName, isType }, { path }) =>
        (packageName === 'mongoose' && !isIn(['store'], path)) ||
        (packageName === 'stripe' && !isType && !isIn(['clients'], path)),
    );
    expect(misplaced).toEqual([]);
  });
});
