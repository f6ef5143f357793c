import type { Sandbox } from '../context.js';
import { integer, text } from './parameters.js';
import { noSuchParameter, type Refusal } from './refusals.js';

/** The parameters of every list: https://docs.stripe.com/api/pagination */
export const pageParameters = {
  limit: integer(1, 100).default(10),
  starting_after: text().optional(),
};

/**
 * One page of records that are already in order, newest first.
 * @param url the address of the list
 */
export function pageOf<R extends { id: string }>(
  sandbox: Sandbox,
  url: string,
  records: readonly R[],
  { limit, starting_after: cursor }: { limit: number; starting_after?: string | undefined },
  toObject: (record: R, sandbox: Sandbox) => object,
): object | Refusal {
  const start = cursor === undefined ? 0 : records.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== undefined && start === 0) return noSuchParameter('object', cursor, 'starting_after');
  const end = start + limit;
  const data = records.slice(start, end).map((record) => toObject(record, sandbox));
  return { object: 'list', data, has_more: end < records.length, url };
}
