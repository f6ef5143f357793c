import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { assetAddress } from './assets.js';

/** Beside `src` and beside `dist`. */
const folder = new URL('../../views/', import.meta.url);

/** What every template may need. */
const shared = { noPicture: assetAddress('no-picture.svg') };

/**
 * A template, read and compiled once when the site starts, so that a mistake in one shows then. Inside, everything
 * that it is given stands in `page`, and `page.noPicture` is the drawing for products without a picture; `<%= %>`
 * escapes.
 */
export function compileView<Model extends object>(name: string): (model: Model) => string {
  const filename = fileURLToPath(new URL(`${name}.ejs`, folder));
  const template = ejs.compile(readFileSync(filename, 'utf8'), {
    filename,
    cache: true,
    strict: true,
    // Templates are indented for their readers.
    rmWhitespace: true,
    localsName: 'page',
  });
  return (model) => template({ ...shared, ...model });
}
