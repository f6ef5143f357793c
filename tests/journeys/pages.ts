import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** A page that remembers every error it showed in its console. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<Page & { problems: string[] }> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A refused form is answered with its status, which the browser also notes here.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) problems.push(message.text());
  });
  return Object.assign(page, { problems });
}
