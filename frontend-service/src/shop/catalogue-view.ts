import type { CatalogSort, catalog, Product, RpcReply } from '@micromall/contracts';
import { compileView } from '../http/views.js';
import { type CatalogueQuery, catalogueAddress, pageSize } from './catalogue-query.js';
import { formatMoney } from './money.js';
import { imageAddress, imageSources } from './pictures.js';
import { stockLevel, stockWords } from './words.js';

type CatalogueAnswer = Extract<RpcReply<typeof catalog>, { ok: true }>;

const sortWords: Record<CatalogSort, string> = {
  newest: 'Newest first',
  name: 'By name',
  'price-up': 'Price, low to high',
  'price-down': 'Price, high to low',
};

interface Card {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly price: string;
  readonly stock: string;
  readonly stockLevel: string;
  readonly image: string;
  readonly imageSources: string | undefined;
  /** The pictures that are seen first are loaded first. */
  readonly loading: 'eager' | 'lazy';
}

interface PageLink {
  readonly label: string;
  readonly address: string;
  readonly current: boolean;
}

interface FinderModel {
  readonly query: CatalogueQuery;
  readonly chips: readonly PageLink[];
}

interface GridModel {
  readonly heading: string;
  readonly found: string;
  readonly cards: readonly Card[];
  readonly pages: readonly PageLink[];
  readonly address: string;
  readonly search: string;
  readonly sorts: readonly { value: string; label: string; chosen: boolean }[];
}

const eagerPictures = 4;

function cardOf(product: Product, index: number): Card {
  return {
    productId: product.productId,
    name: product.name,
    category: product.category,
    price: formatMoney(product.price, product.currency),
    stock: stockWords(product.available),
    stockLevel: stockLevel(product.available),
    image: imageAddress(product.image, 400),
    imageSources: imageSources(product.image, [400, 800]),
    loading: index < eagerPictures ? 'eager' : 'lazy',
  };
}

function pageLinks(wanted: CatalogueQuery, total: number): PageLink[] {
  const last = Math.max(1, Math.ceil(total / pageSize));
  if (last === 1) return [];
  const near = [1, wanted.page - 1, wanted.page, wanted.page + 1, last].filter((n) => n >= 1 && n <= last);
  return [...new Set(near)]
    .sort((a, b) => a - b)
    .map((page) => ({
      label: String(page),
      address: catalogueAddress({ ...wanted, page }),
      current: page === wanted.page,
    }));
}

/** The catalogue as HTML: what stands before the form of the products, and what stands in it. */
export interface CatalogueHtml {
  readonly finder: string;
  readonly grid: string;
}

/** Makes the HTML of one page of the catalogue. Nothing in it depends on who looks. */
export function createCatalogueView(): (wanted: CatalogueQuery, answer: CatalogueAnswer) => CatalogueHtml {
  const finder = compileView<FinderModel>('catalogue-finder');
  const grid = compileView<GridModel>('catalogue-grid');
  return (wanted, { products, total, categories }) => ({
    finder: finder({
      query: wanted,
      chips: [
        {
          label: 'Everything',
          address: catalogueAddress({ ...wanted, category: undefined, page: 1 }),
          current: wanted.category === undefined,
        },
        ...categories.map(({ name }) => ({
          label: name,
          address: catalogueAddress({ ...wanted, category: name, page: 1 }),
          current: wanted.category === name,
        })),
      ],
    }),
    grid: grid({
      heading: wanted.category ?? 'All products',
      found: `${total} ${total === 1 ? 'product' : 'products'}`,
      cards: products.map(cardOf),
      pages: pageLinks(wanted, total),
      address: catalogueAddress(wanted),
      search: wanted.search,
      sorts: Object.entries(sortWords).map(([value, label]) => ({
        value,
        label,
        chosen: value === wanted.sort,
      })),
    }),
  });
}
