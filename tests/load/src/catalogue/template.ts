import type { Page } from '@micromall/test-kit/shopper';

/** A page taken apart: an EJS template with a loop over products, and the products to render. */
export interface Recording {
  readonly template: string;
  readonly locals: { readonly products: readonly Record<'before' | 'name' | 'after', string>[] };
}

/** Where a product's card begins in the shop's own markup. */
const cardStart = '<li class="card"';
const nameOfCard = /class="card-name"[^>]*>([^<]+)/;

function escapeTemplate(text: string): string {
  return text.replaceAll('<%', '<%%');
}

/**
 * Makes an EJS page that renders the very bytes of a catalogue page from memory: the frame as fixed text, and each
 * product by a loop in which its name is escaped as the shop does it.
 */
export function recordPage(page: Page): Recording {
  const cards = page.text.split(cardStart);
  const [head = '', ...products] = cards;
  const last = products.at(-1) ?? '';
  const end = last.indexOf('</ul>');
  if (products.length < 2 || end < 0) throw new Error('the catalogue page has no list of cards');
  const foot = last.slice(end);
  products[products.length - 1] = last.slice(0, end);
  return {
    template: `${escapeTemplate(head)}<% for (const product of products) { %><%- product.before %><%= product.name %><%- product.after %><% } %>${escapeTemplate(foot)}`,
    locals: {
      products: products.map((card) => {
        const name = nameOfCard.exec(card)?.[1] ?? '';
        const at = name === '' ? 0 : card.indexOf(name);
        return {
          before: cardStart + card.slice(0, at),
          name: unescapeHtml(name),
          after: card.slice(at + name.length),
        };
      }),
    },
  };
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
