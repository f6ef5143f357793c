import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { describe, expect, it } from 'vitest';
import { composeProject, source, sourceOfService } from './compose.js';

const file = 'docker-compose.yml';
const project = composeProject(file);
const services = Object.entries(project.services);
/** What runs once and ends, with when it is tried again. */
const jobs: Readonly<Record<string, string>> = { prepare: 'no', seed: 'on-failure:5' };
const dockerfile = source('Dockerfile');

/** A version, not a name that moves: `3.6.11`, `v0.60.5`, `24.19.0-bookworm-slim`. */
const pinned = /:v?\d+\.\d+\.\d+([.-][\w.-]+)?$/;

function stageOf(target: string): string {
  const pattern = new RegExp(`^FROM \\S+ AS ${target}$([\\s\\S]*?)(?=^FROM |$(?![\\s\\S]))`, 'm');
  return pattern.exec(dockerfile)?.[1] ?? '';
}

describe('the Dockerfile', () => {
  it('starts from an image of one version', () => {
    const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)];
    const own = new Set(stages.map(([, , name]) => name));
    const foreign = stages.map(([, from = '']) => from).filter((from) => !own.has(from));
    expect(foreign.length).toBeGreaterThan(0);
    for (const from of foreign) expect(from).toMatch(pinned);
    // A stage that does not look like one would not have been looked at.
    expect(stages).toHaveLength([...dockerfile.matchAll(/^FROM /gm)].length);
  });

  it.each(['service', 'setup', 'development'])('makes %s run as node, under tini', (target) => {
    const stage = stageOf(target);
    expect([...stage.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1]).toBe('node');
    expect(stage).not.toMatch(/^ENTRYPOINT/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["\/usr\/bin\/tini", "--"\]$/m);
  });

  it('compiles one workspace an image, so that a changed line of one service compiles that service alone', () => {
    const stage = stageOf('compiled');
    expect(stage).toMatch(/^COPY --chown=node:node \$\{SERVICE\} \.\/\$\{SERVICE\}$/m);
    expect(stage).toMatch(/^RUN npx tsc -b --builders 1 --checkers 1 "\$\{SERVICE:/m);
    // What it stands on holds contracts and platform, which every service imports, and nothing else of the shop.
    const copied = [...stageOf('development').matchAll(/^COPY --chown=node:node (?!--from)(\S+)/gm)];
    expect(copied.map(([, path]) => path)).toEqual(['tsconfig.base.json', 'contracts', 'platform']);
  });

  it('takes no secrets, data or packages of this machine along', () => {
    const ignored = source('.dockerignore').split('\n');
    for (const path of ['.env', '.git', '.data', '**/node_modules', '**/dist'])
      expect(ignored).toContain(path);
  });
});

describe.each(services)('the container %s', (name, service) => {
  it('is made of one version of its image', () => {
    if (service.build === undefined) expect(service.image).toMatch(pinned);
    // Both jobs are one image; a service's is named by compose.
    else expect(service.image).toBe(name in jobs ? 'micromall-setup' : undefined);
  });

  it('does not run as root, unless a comment says why', () => {
    // Images of the Dockerfile run as node, which is tested above.
    if (service.user === undefined) expect(service.build).toBeDefined();
    else if (/^(root|0)(:|$)/.test(service.user))
      expect(sourceOfService(file, name)).toMatch(/# As root: \w+/);
  });

  it('can gain no rights, write nowhere but in its volumes, and take no more memory than its share', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+m$/),
    });
  });

  it('starts again when it dies, ends within its seconds, and fills no disk with its log', () => {
    expect(service.restart).toBe(jobs[name] ?? 'unless-stopped');
    // Services stop before what they stand on: two rounds in ten seconds.
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeLessThan(5);
    expect(service.logging?.options).toEqual({ 'max-size': '10m', 'max-file': '3' });
  });

  it('says whether it is well, unless a comment says why it cannot', () => {
    if (name in jobs) expect(service.build?.target).toBe('setup');
    else if (service.build !== undefined) expect(dockerfile).toMatch(/^HEALTHCHECK [\s\S]*?\/readyz/m);
    else if (service.healthcheck === undefined)
      expect(sourceOfService(file, name)).toMatch(/# No health check: \w+/);
  });

  it('waits only for what is there, and for health only where health is told', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const awaited = project.services[other];
      expect(awaited, `${name} waits for ${other}`).toBeDefined();
      if (condition === 'service_completed_successfully') expect(Object.keys(jobs)).toContain(other);
      if (condition === 'service_healthy' && awaited?.build === undefined)
        expect(awaited?.healthcheck).toBeDefined();
    }
  });

  it('uses networks and volumes that are declared, and files that are in the repository', () => {
    for (const network of service.networks ?? [])
      expect(Object.keys(project.networks ?? {})).toContain(network);
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      // Docker would make a folder in the place of a file that is not there.
      if (from.startsWith('./')) expect(existsSync(join(repositoryRoot, from)), from).toBe(true);
      else if (!from.startsWith('/')) expect(Object.keys(project.volumes ?? {})).toContain(from);
    }
  });
});

describe('from outside', () => {
  const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));

  it('other machines reach the site alone', () => {
    const open = published.filter(({ port }) => !port.startsWith('127.0.0.1:'));
    expect(open).toEqual([{ name: 'frontend-service', port: '3000:3000' }]);
  });

  it('only the documented ports answer', () => {
    const documented = [...source('docs/containers.md').matchAll(/^\| (\d+) \|/gm)].map(([, port]) =>
      Number(port),
    );
    const actual = published.map(({ port }) => Number(port.split(':').at(-2)));
    expect(actual.toSorted((a, b) => a - b)).toEqual(documented.toSorted((a, b) => a - b));
  });

  it('nothing gets in or out but over the networks of shoppers and of operators', () => {
    const open = Object.entries(project.networks ?? {}).filter(([, network]) => network?.internal !== true);
    expect(open.map(([name]) => name)).toEqual(['edge', 'consoles']);
    for (const { name } of published) {
      // A port is published only from a network that is not internal.
      expect(
        project.services[name]?.networks?.some((network) => ['edge', 'consoles'].includes(network)),
      ).toBe(true);
    }
  });

  it("the database and Docker's socket are behind networks of their own", () => {
    expect(project.services.mongo?.networks).toEqual(['data']);
    expect(project.services['docker-proxy']?.networks).toEqual(['docker-api']);
    const withSocket = services.filter(([, { volumes = [] }]) =>
      volumes.some((volume) => volume.includes('docker.sock')),
    );
    expect(withSocket.map(([name]) => name)).toEqual(['docker-proxy']);
    expect(project.services['docker-proxy']?.volumes).toEqual([
      '/var/run/docker.sock:/var/run/docker.sock:ro',
    ]);
    expect(project.services['docker-proxy']?.environment).toMatchObject({ POST: '0' });
  });
});
