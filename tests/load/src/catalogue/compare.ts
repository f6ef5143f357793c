import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shop } from '@micromall/launcher';
import { WebShopper } from '@micromall/test-kit/shopper';
import autocannon from 'autocannon';
import { median, startProgram } from '../processes.js';
import { productIdsOf } from '../purchases/shopping.js';
import { recordPage } from './template.js';

export interface CatalogueComparison {
  readonly bytes: number;
  readonly rounds: readonly { readonly bare: number; readonly shop: number }[];
  /** Requests per second, shop over bare: the median of the rounds. */
  readonly throughput: number;
}

async function requestsPerSecond(url: string, cookie: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: 16,
    duration: seconds,
    headers: { cookie, accept: 'text/html' },
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers other than 200 and ${result.errors} errors`);
  }
  return result.requests.average;
}

/** The catalogue of a shopper with a session and a cart, against a bare server that renders the same bytes. */
export async function compareCatalogue(
  shop: Shop,
  options: { rounds: number; seconds: number },
): Promise<CatalogueComparison> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-bench-'));
  const shopper = new WebShopper(shop.urls.site, shop.urls.stripe ?? '');
  const first = await shopper.get('/');
  await shopper.addToCart(productIdsOf(first)[0] ?? '', first);
  // Once for the notice that something was put into the cart, then as every later visit sees it.
  await shopper.get('/');
  const page = await shopper.get('/');

  const recording = recordPage(page);
  await writeFile(join(directory, 'page.ejs'), recording.template);
  const recorded = join(directory, 'recording.json');
  await writeFile(recorded, JSON.stringify(recording));
  const bare = await startProgram('./catalogue/bare-server.js', [recorded]);
  try {
    const bareUrl = `http://127.0.0.1:${bare.line}/`;
    const same = await (await fetch(bareUrl)).text();
    if (same !== page.text) throw new Error('the bare server does not render the same bytes as the shop');
    const site = `${shop.urls.site.replace('localhost', '127.0.0.1')}/`;
    const cookie = shopper.cookieHeader;
    await requestsPerSecond(site, cookie, 2);
    await requestsPerSecond(bareUrl, cookie, 2);
    const rounds: { bare: number; shop: number }[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const bareRate = await requestsPerSecond(bareUrl, cookie, options.seconds);
      rounds.push({ bare: bareRate, shop: await requestsPerSecond(site, cookie, options.seconds) });
    }
    return {
      bytes: page.text.length,
      rounds,
      throughput: median(rounds.map(({ bare: b, shop: s }) => s / b)),
    };
  } finally {
    bare.child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}
