import { catalogSort, productCategory } from '@micromall/contracts';
import { z } from 'zod';

export const pageSize = 24;
const longestSearch = 100;

/** What a visitor searches for. Whatever makes no sense is ignored: an address is no form. */
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
  const parameters = new URLSearchParams();
  if (wanted.search !== '') parameters.set('search', wanted.search);
  if (wanted.category !== undefined) parameters.set('category', wanted.category);
  if (wanted.sort !== 'newest') parameters.set('sort', wanted.sort);
  if (wanted.page !== 1) parameters.set('page', String(wanted.page));
  const text = parameters.toString();
  return text === '' ? '/' : `/?${text}`;
}
