import type { CatalogSort, Product } from '@micromall/contracts';

export interface ListedProduct {
  readonly product: Product;
  readonly createdAt: Date;
}

export interface Category {
  readonly name: string;
  readonly products: number;
}

export interface CatalogueQuery {
  readonly search?: string | undefined;
  readonly category?: string | undefined;
  readonly sort: CatalogSort;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** All products at one moment, ready to be searched. */
export interface Catalogue {
  readonly size: number;
  /** Over all products, by name. */
  readonly categories: Category[];
  newest(count: number): Product[];
  /** The page and how many products match in all. */
  find(query: CatalogueQuery): { products: Product[]; total: number };
}

interface Entry extends ListedProduct {
  /** What a search looks into. */
  readonly text: string;
}

const byText = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

export function createCatalogue(products: readonly ListedProduct[]): Catalogue {
  const entries = products.map((listed) => ({ ...listed, text: searchable(listed.product) }));
  const sorted = new Map<CatalogSort, Entry[]>();

  function inOrder(sort: CatalogSort): Entry[] {
    const known = sorted.get(sort);
    if (known) return known;
    const made = entries.toSorted(comparisons[sort]);
    sorted.set(sort, made);
    return made;
  }

  return {
    size: entries.length,
    categories: countCategories(products),
    newest: (count) =>
      inOrder('newest')
        .slice(0, count)
        .map(({ product }) => product),
    find({ search = '', category, sort, page, pageSize }) {
      const words = wordsOf(search);
      const found = inOrder(sort).filter(
        ({ product, text }) =>
          (category === undefined || product.category === category) &&
          words.every((word) => text.includes(word)),
      );
      const start = (page - 1) * pageSize;
      return {
        products: found.slice(start, start + pageSize).map(({ product }) => product),
        total: found.length,
      };
    },
  };
}

/** Of two that compare equal the one with the smaller id comes first; among the newest, the one made last. */
const comparisons: Record<CatalogSort, (a: Entry, b: Entry) => number> = {
  newest: (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || byId(b, a),
  name: (a, b) => byText.compare(a.product.name, b.product.name) || byId(a, b),
  'price-up': (a, b) => a.product.price - b.product.price || byId(a, b),
  'price-down': (a, b) => b.product.price - a.product.price || byId(a, b),
};

function byId(a: Entry, b: Entry): number {
  return a.product.productId < b.product.productId ? -1 : 1;
}

function searchable({ name, description, category }: Product): string {
  return fold(`${name}\n${description}\n${category}`);
}

function wordsOf(search: string): string[] {
  return fold(search).split(/\s+/).filter(Boolean);
}

/** Without case, accents and different ways to write one letter: "cafe" finds "Café". */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function countCategories(products: readonly ListedProduct[]): Category[] {
  const counts = new Map<string, number>();
  for (const { product } of products) counts.set(product.category, (counts.get(product.category) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, products: count }))
    .sort((a, b) => byText.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}
