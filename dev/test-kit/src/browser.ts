import { findChromium } from '@micromall/launcher/setup/machine.mjs';
import type { Browser } from 'playwright-core';

const quiet = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/**
 * A headless Chromium: the one that CHROMIUM_PATH names, else the first found on this machine.
 * @throws when there is none
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined)
    throw new Error('No Chromium was found; set CHROMIUM_PATH to its program.');
  // Loaded by the first browser: most of what uses this package opens none.
  const { chromium } = await import('playwright-core');
  // Chromium's own sandbox needs an ordinary user.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...quiet, ...asRoot] });
}
