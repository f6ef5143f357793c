import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@micromall/launcher/root';
import { z } from 'zod';
import { measureCompile } from './compile-peak.js';
import { type ContainerSize, compileLine, sizesTable } from './sizes-table.js';

const running = z.object({ ID: z.string(), Service: z.string(), Image: z.string() });
const statistics = z.object({ ID: z.string(), MemUsage: z.string() });

const run = promisify(execFile);

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { cwd: repositoryRoot, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

function jsonLines<Line>(text: string, line: z.ZodType<Line>): Line[] {
  return text.split('\n').flatMap((row) => (row === '' ? [] : [line.parse(JSON.parse(row))]));
}

async function imageBytes(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
}

async function measure(): Promise<ContainerSize[]> {
  const containers = jsonLines(await docker('compose', 'ps', '--format', 'json'), running);
  if (containers.length === 0) throw new Error('Nothing runs. Start the shop first: docker compose up -d');
  const ids = containers.map(({ ID }) => ID);
  const stats = jsonLines(await docker('stats', '--no-stream', '--format', '{{json .}}', ...ids), statistics);
  const sizes: ContainerSize[] = [];
  for (const { ID, Service, Image } of containers) {
    const memory = stats.find((line) => ID.startsWith(line.ID) || line.ID.startsWith(ID))?.MemUsage ?? '';
    sizes.push({ service: Service, image: Image, imageBytes: await imageBytes(Image), memory });
  }
  return sizes;
}

/** `npm run sizes`: the memory of a compile, and the images and the memory of the running containers. */
async function main(): Promise<void> {
  console.log(`${compileLine(await measureCompile())}\n`);
  const dockerfile = await readFile(join(repositoryRoot, 'Dockerfile'), 'utf8');
  const [, base = ''] = /^FROM (\S+)/m.exec(dockerfile) ?? [];
  console.log(sizesTable(await measure(), { image: base, bytes: await imageBytes(base) }));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
