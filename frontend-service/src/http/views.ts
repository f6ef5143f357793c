import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { assetAddress } from './assets.js';

/** Beside `src` and beside `dist`. */
const folder = new URL('../../views/', import.meta.url);

// Partials are read in the same way, once.
ejs.fileLoader = readTemplate;

/** What every template may need. */
const shared = { noPicture: assetAddress('no-picture.svg') };

/**
 * A template, read and compiled once when the site starts, so that a mistake in one shows then. Inside, everything
 * that it is given stands in `page`, and `page.noPicture` is the drawing for products without a picture; `<%= %>`
 * escapes.
 */
export function compileView<Model extends object>(name: string): (model: Model) => string {
  const filename = fileURLToPath(new URL(`${name}.ejs`, folder));
  const template = ejs.compile(readTemplate(filename), {
    filename,
    cache: true,
    strict: true,
    localsName: 'page',
  });
  return (model) => template({ ...shared, ...model });
}

/**
 * Templates are indented and broken for their readers; pages are not. A sentence or a tag stands on one line of the
 * page, so that whoever searches its text finds it.
 */
function readTemplate(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^\s+/gm, '')
    .replace(/([^>])\n(?=[^<])/g, '$1 ');
}
