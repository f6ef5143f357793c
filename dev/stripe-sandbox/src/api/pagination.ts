import { integer, text } from './parameters.js';
import { noSuchParameter, Refusal } from './refusals.js';

/** The parameters of every list: https://docs.stripe.com/api/pagination */
export const pageParameters = {
  limit: integer(1, 100).default(10),
  starting_after: text().optional(),
  ending_before: text().optional(),
};

export interface PageRequest {
  limit: number;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

export interface WireList {
  object: 'list';
  data: object[];
  has_more: boolean;
  url: string;
}

/**
 * One page of records that are already in order, newest first.
 * @param kind the name of the records in an error about a cursor
 */
export function pageOf<R extends { id: string }>(
  records: readonly R[],
  page: PageRequest,
  kind: string,
  url: string,
  dress: (record: R) => object,
): WireList | Refusal {
  const found = slice(records, page, kind);
  if (found instanceof Refusal) return found;
  return { object: 'list', data: found.records.map(dress), has_more: found.hasMore, url };
}

function slice<R extends { id: string }>(
  records: readonly R[],
  page: PageRequest,
  kind: string,
): { records: R[]; hasMore: boolean } | Refusal {
  if (page.ending_before !== undefined) {
    const end = positionOf(records, page.ending_before);
    if (end === -1) return noSuchParameter(kind, page.ending_before, 'ending_before');
    const start = Math.max(0, end - page.limit);
    return { records: records.slice(start, end), hasMore: start > 0 };
  }
  const after = page.starting_after === undefined ? 0 : positionOf(records, page.starting_after) + 1;
  if (page.starting_after !== undefined && after === 0) {
    return noSuchParameter(kind, page.starting_after, 'starting_after');
  }
  const end = after + page.limit;
  return { records: records.slice(after, end), hasMore: end < records.length };
}

function positionOf(records: readonly { id: string }[], id: string): number {
  return records.findIndex((record) => record.id === id);
}
