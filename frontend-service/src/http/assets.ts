import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

const folder = new URL('../../public/', import.meta.url);

/** The address of each file in `public/`, with a hash of its content: a new version is a new address. */
const addresses = new Map(
  readdirSync(folder).map((file) => {
    const hash = createHash('sha256')
      .update(readFileSync(new URL(file, folder)))
      .digest('hex');
    return [file, `/assets/${file}?v=${hash.slice(0, 12)}`] as const;
  }),
);
const currentAddresses: ReadonlySet<string> = new Set(addresses.values());

/** @throws if there is no such file: a mistake in a template, found by the first test that renders it */
export function assetAddress(file: string): string {
  const address = addresses.get(file);
  if (address === undefined) throw new Error(`public/${file} does not exist`);
  return address;
}

/**
 * Serves `public/`. Only under the address that names the content may it be kept for ever: a page of a newer version
 * that reaches this process asks for content that is not here.
 */
export function serveAssets(): RequestHandler {
  return express.static(fileURLToPath(folder), {
    index: false,
    redirect: false,
    setHeaders: (response) => {
      const isCurrent = currentAddresses.has(response.req.originalUrl);
      response.setHeader(
        'Cache-Control',
        isCurrent ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
      );
    },
  });
}
