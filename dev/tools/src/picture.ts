import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { startShop } from '@micromall/launcher/shop/start-shop';
import { terminalOutput } from '@micromall/launcher/terminal';
import { openBrowser } from '@micromall/test-kit/browser';
import sharp from 'sharp';

const viewport = { width: 1280, height: 800 };
/** Pixels of the page below the first row of products. */
const margin = 24;
const picture = join(repositoryRoot, 'docs', 'shop.webp');

/** The catalogue as a visitor sees it first, down to the end of the first row of products, as a PNG. */
async function photograph(site: string): Promise<Buffer> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'light' });
    await page.goto(site, { waitUntil: 'networkidle' });
    const card = await page.locator('.grid > li').first().boundingBox();
    if (card === null) throw new Error('the catalogue shows no product');
    const height = Math.ceil(card.y + card.height + margin);
    await page.setViewportSize({ ...viewport, height });
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}

/** `npm run picture`: makes the README's picture of the shop anew, from a shop that exists only for it. */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-picture-'));
  const output = terminalOutput({ showEverything: false });
  try {
    const shop = await startShop({ directory, throwaway: true, output });
    try {
      const bytes = await sharp(await photograph(shop.urls.site))
        .webp({ quality: 82, effort: 6 })
        .toBuffer();
      await writeFile(picture, bytes);
      output.print(`docs/shop.webp: ${Math.ceil(bytes.length / 1000)} kB`);
    } finally {
      await shop.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

await main();
