import { catalogSort, productCategory } from '@micromall/contracts';
import { z } from 'zod';

export const pageSize = 24;
const longestSearch = 100;

/** What a visitor looks for. Whatever can't be meant is read as if it were not there: an address is no form. */
const query = z.object({
  search: z
    .string()
    .transform((text) => text.trim().slice(0, longestSearch))
    .default('')
    .catch(''),
  category: productCategory.optional().catch(undefined),
  sort: catalogSort.default('newest').catch('newest'),
  page: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .default(1)
    .catch(1),
});
export type CatalogueQuery = z.output<typeof query>;

export function readCatalogueQuery(input: unknown): CatalogueQuery {
  return query.parse(input);
}

/** The address of a page of the catalogue, without what is usual anyway. */
export function catalogueAddress(wanted: CatalogueQuery): string {
  const words = new URLSearchParams();
  if (wanted.search !== '') words.set('search', wanted.search);
  if (wanted.category !== undefined) words.set('category', wanted.category);
  if (wanted.sort !== 'newest') words.set('sort', wanted.sort);
  if (wanted.page !== 1) words.set('page', String(wanted.page));
  const text = words.toString();
  return text === '' ? '/' : `/?${text}`;
}
