import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serviceNames } from '@micromall/contracts';
import { type Shop, startShop } from '@micromall/launcher';
import { compareCatalogue } from './catalogue/compare.js';
import { measureMemory } from './memory.js';
import { measurePurchases, rush } from './purchases/measure.js';
import { compareRpc } from './rpc/compare.js';

/** `npm run bench`: each number beside what it is compared with, from one run on one machine. */
type Row = readonly [what: string, measured: string, comparedWith: string];

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
const rounded = (value: number): string => String(Math.round(value));
const say = (line: string): void => console.error(line);

async function rpcRows(): Promise<Row[]> {
  say('RPC: platform against bare amqplib …');
  const { rounds, throughput, latency } = await compareRpc({ rounds: 3, forMs: 3_000 });
  const last = rounds.at(-1);
  return [
    [
      'RPC, 64 in flight',
      `${rounded(last?.platform.crowded.callsPerSecond ?? 0)} calls/s`,
      `${percent(throughput)} of a bare amqplib echo (${rounded(last?.bare.crowded.callsPerSecond ?? 0)}/s)`,
    ],
    [
      'RPC, 1 in flight',
      `${(last?.platform.alone.medianMs ?? 0).toFixed(2)} ms median`,
      `${latency.toFixed(2)} times a bare amqplib echo (${(last?.bare.alone.medianMs ?? 0).toFixed(2)} ms)`,
    ],
  ];
}

async function memoryRows(shop: Shop): Promise<Row[]> {
  say('Memory, idle …');
  await pause(5_000);
  const uses = await measureMemory(shop);
  const services = uses.filter(({ name }) => serviceNames.some((service) => service === name));
  const sum = services.reduce((total, { megabytes }) => total + megabytes, 0);
  return [
    ...uses.map(
      ({ name, megabytes }): Row => [`Memory of ${name}`, `${rounded(megabytes)} MB`, 'resident, idle'],
    ),
    ['Memory of all services', `${rounded(sum)} MB`, 'at most 600 MB, broker and database aside'],
  ];
}

async function catalogueRows(shop: Shop): Promise<Row[]> {
  say('Catalogue page against a bare Express + EJS server …');
  const { rounds, throughput, bytes } = await compareCatalogue(shop, { rounds: 3, seconds: 4 });
  const last = rounds.at(-1);
  return [
    [
      `Catalogue page (${Math.round(bytes / 1_024)} kB)`,
      `${rounded(last?.shop ?? 0)} requests/s`,
      `${percent(throughput)} of a bare server that renders the same bytes (${rounded(last?.bare ?? 0)}/s)`,
    ],
  ];
}

async function purchaseRows(shop: Shop): Promise<Row[]> {
  say('Whole purchases …');
  const rates = await measurePurchases(shop, [1, 8, 32], 8_000);
  const { buyers, inStock, sold, refused } = await rush(shop, 40, 10);
  return [
    ...rates.map(
      ({ shoppers, perSecond, purchases }): Row => [
        `Purchases, ${shoppers} at once`,
        `${perSecond.toFixed(1)} purchases/s`,
        `${purchases} bought`,
      ],
    ),
    [`${buyers} buyers, ${inStock} in stock`, `${sold} sold`, `${refused} told before paying`],
  ];
}

function print(rows: readonly Row[]): void {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [cpu] = cpus();
  console.log(
    `\n${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}\n`,
  );
  for (const [what, measured, comparedWith] of rows) {
    console.log(`${what.padEnd(widths[0] ?? 0)}  ${measured.padStart(widths[1] ?? 0)}  ${comparedWith}`);
  }
}

const parts = process.argv.slice(2);
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);

const rows: Row[] = [];
if (wanted('rpc')) rows.push(...(await rpcRows()));
if (['memory', 'catalogue', 'purchases'].some(wanted)) {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-bench-'));
  say('Starting a shop of its own …');
  const environment = { ...process.env, ATTEMPTS_PER_ADDRESS: '100000' };
  const shop = await startShop({ directory, environment, throwaway: true });
  try {
    if (wanted('memory')) rows.push(...(await memoryRows(shop)));
    if (wanted('catalogue')) rows.push(...(await catalogueRows(shop)));
    if (wanted('purchases')) rows.push(...(await purchaseRows(shop)));
  } finally {
    await shop.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
print(rows);
