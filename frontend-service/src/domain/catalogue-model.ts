import type { CatalogSort, catalog, Product, RpcReply } from '@micromall/contracts';
import { type CatalogueQuery, catalogueAddress, pageSize } from './catalogue-query.js';
import { stockLabel, stockUrgency } from './labels.js';
import { formatMoney } from './money.js';
import { imageAddress, imageSources } from './pictures.js';

const sortLabels: Record<CatalogSort, string> = {
  newest: 'Newest first',
  name: 'By name',
  'price-up': 'Price, low to high',
  'price-down': 'Price, high to low',
};

interface Card {
  readonly productId: string;
  readonly name: string;
  readonly price: string;
  readonly stock: string;
  readonly urgency: string;
  readonly image: string | undefined;
  readonly imageSources: string | undefined;
  /** The pictures that are seen first are loaded first. */
  readonly loading: 'eager' | 'lazy';
}

interface PageLink {
  readonly label: string;
  readonly address: string;
  readonly current: boolean;
}

/** What a page of the catalogue shows. Nothing in it depends on who asks. */
export interface CatalogueModel {
  readonly query: CatalogueQuery;
  readonly chips: readonly PageLink[];
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
    price: formatMoney(product.price, product.currency),
    stock: stockLabel(product.available),
    urgency: stockUrgency(product.available),
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

export function catalogueModel(
  wanted: CatalogueQuery,
  { products, total, categories }: RpcReply<typeof catalog>,
): CatalogueModel {
  const categoryLinks = [undefined, ...categories.map(({ name }) => name)].map((category) => ({
    label: category ?? 'Everything',
    address: catalogueAddress({ ...wanted, category, page: 1 }),
    current: wanted.category === category,
  }));
  return {
    query: wanted,
    chips: categoryLinks,
    heading: wanted.category ?? 'All products',
    found: `${total} ${total === 1 ? 'product' : 'products'}`,
    cards: products.map(cardOf),
    pages: pageLinks(wanted, total),
    address: catalogueAddress(wanted),
    search: wanted.search,
    sorts: Object.entries(sortLabels).map(([value, label]) => ({
      value,
      label,
      chosen: value === wanted.sort,
    })),
  };
}
