import { ObjectId } from 'bson';
import type { Document } from '../bson/document.js';
import { equalityKey } from '../bson/key.js';
import { type EqualityTerms, equalityTerms } from './equality.js';
import { compileMatcher, type Matcher } from './matcher.js';

/** A filter ready to be run. */
export interface Query {
  readonly filter: Document;
  /** What each candidate is asked. Everything an index gives is asked again, save where `exactId` says it all. */
  readonly matches: Matcher;
  readonly terms: EqualityTerms;
  /** Set when the filter is nothing but `{_id: value}`: the value's key, which decides alone. */
  readonly exactId: string | undefined;
}

const NO_TERMS: EqualityTerms = new Map();

/** Compiles a filter; `variables` are the command's `let`, seen by `$expr`. */
export function compileQuery(filter: Document, variables: Document = {}): Query {
  const id = filter._id;
  if ((id instanceof ObjectId || typeof id === 'string') && Object.keys(filter).length === 1) {
    return { filter, matches: () => true, terms: NO_TERMS, exactId: equalityKey(id) };
  }
  return {
    filter,
    matches: compileMatcher(filter, variables),
    terms: equalityTerms(filter),
    exactId: undefined,
  };
}
