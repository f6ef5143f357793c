import { BSONRegExp, DBRef } from 'bson';
import { evaluatesTrue } from '../aggregation/expression.js';
import { type Document, isDocument } from '../bson/document.js';
import { someValueAt } from '../bson/path.js';
import { CommandError, notImplemented } from '../errors.js';
import { compilePattern } from './pattern.js';
import {
  compares,
  equals,
  hasRemainder,
  hasSize,
  hasType,
  isIn,
  isPresent,
  isTruthy,
  matchesPattern,
  type Predicate,
} from './predicates.js';

/** Whether a document satisfies a filter. */
export type Matcher = (document: Document) => boolean;

const REFUSED_OPERATORS: Readonly<Record<string, CommandError>> = {
  // What a MongoDB without a text or geospatial index on the collection answers.
  $text: new CommandError(27, 'text index required for $text query'),
  $near: new CommandError(291, 'unable to find index for $geoNear query'),
  $nearSphere: new CommandError(291, 'unable to find index for $geoNear query'),
  $where: notImplemented('$where'),
  $jsonSchema: notImplemented('$jsonSchema'),
  $geoWithin: notImplemented('$geoWithin'),
  $geoIntersects: notImplemented('$geoIntersects'),
  $bitsAllSet: notImplemented('$bitsAllSet'),
  $bitsAnySet: notImplemented('$bitsAnySet'),
  $bitsAllClear: notImplemented('$bitsAllClear'),
  $bitsAnyClear: notImplemented('$bitsAnyClear'),
};

/**
 * Compiles a filter. Written here rather than left to mingo because every statement of every write runs
 * through it, and because BSON's own rules (types, key order in documents, 64-bit integers) must hold.
 *
 * @param variables what `$$name` stands for within `$expr` (the command's `let`)
 */
export function compileMatcher(filter: Document, variables: Document = {}): Matcher {
  const matchers = Object.entries(filter).map(([name, condition]) =>
    name.startsWith('$')
      ? compileTopLevel(name, condition, variables)
      : compileField(name, condition, variables),
  );
  const [only] = matchers;
  if (only && matchers.length === 1) return only;
  return (document) => matchers.every((matches) => matches(document));
}

function compileTopLevel(name: string, condition: unknown, variables: Document): Matcher {
  if (name === '$comment') return () => true;
  if (name === '$expr') return evaluatesTrue(condition, variables);
  if (name !== '$and' && name !== '$or' && name !== '$nor') {
    throw REFUSED_OPERATORS[name] ?? new CommandError(2, `unknown top level operator: ${name}`);
  }
  const matchers = listOfFilters(name, condition).map((filter) => compileMatcher(filter, variables));
  if (name === '$and') return (document) => matchers.every((matches) => matches(document));
  if (name === '$or') return (document) => matchers.some((matches) => matches(document));
  return (document) => !matchers.some((matches) => matches(document));
}

/** The filters under `$and`, `$or` and `$nor`. */
export function listOfFilters(operator: string, value: unknown): Document[] {
  if (!Array.isArray(value)) throw new CommandError(2, `${operator} must be an array`);
  if (value.length === 0) throw new CommandError(2, `${operator} argument must be a nonempty array`);
  return value.map((filter) => {
    if (isDocument(filter)) return filter;
    throw new CommandError(2, `${operator} entries need to be full objects`);
  });
}

function compileField(path: string, condition: unknown, variables: Document): Matcher {
  const parts = path.split('.');
  const tests = compileCondition(condition, variables);
  return (document) => tests.every((test) => test(document, parts));
}

/** One part of a field's condition, asked about what `parts` lead to from `root`. */
type FieldTest = (root: unknown, parts: readonly string[]) => boolean;

/** Whether the condition of a field is made of operators, rather than a value to be equal to. */
export function isOperatorExpression(condition: unknown): condition is Document {
  return isDocument(condition) && Object.keys(condition)[0]?.startsWith('$') === true;
}

function compileCondition(condition: unknown, variables: Document): FieldTest[] {
  if (condition instanceof BSONRegExp) return [holds(matchesPattern(compilePattern(condition), condition))];
  if (condition instanceof DBRef) throw notImplemented('DBRef in a filter');
  if (!isOperatorExpression(condition)) return [holds(equals(condition))];
  return Object.entries(condition).flatMap(([operator, operand]) => {
    if (operator === '$options') {
      if ('$regex' in condition) return [];
      throw new CommandError(2, '$options needs a $regex');
    }
    return compileOperator(operator, operand, condition, variables);
  });
}

function compileOperator(
  operator: string,
  operand: unknown,
  condition: Document,
  variables: Document,
): FieldTest[] {
  switch (operator) {
    case '$eq':
      return [holds(equals(operand))];
    case '$ne':
      if (operand instanceof BSONRegExp) throw new CommandError(2, "Can't have regex as arg to $ne.");
      return [holdsNot(equals(operand))];
    case '$gt':
      return [holds(compares(operand, (order) => order > 0))];
    case '$gte':
      return [holds(compares(operand, (order) => order >= 0))];
    case '$lt':
      return [holds(compares(operand, (order) => order < 0))];
    case '$lte':
      return [holds(compares(operand, (order) => order <= 0))];
    case '$in':
      return [holds(isIn(operand))];
    case '$nin':
      if (!Array.isArray(operand)) throw new CommandError(2, '$nin needs an array');
      return [holdsNot(isIn(operand))];
    case '$exists':
      return [isTruthy(operand) ? holds(isPresent) : holdsNot(isPresent)];
    case '$type':
      return [holds(hasType(operand))];
    case '$size':
      return [holds(hasSize(operand))];
    case '$mod':
      return [holds(hasRemainder(operand))];
    case '$regex':
      return [holds(matchesPattern(compilePattern(operand, condition.$options)))];
    case '$elemMatch':
      return [holds(someElementMatches(operand, variables))];
    case '$all':
      return allOf(operand, variables);
    case '$not':
      return [negationOf(operand, variables)];
    default:
      throw REFUSED_OPERATORS[operator] ?? new CommandError(2, `unknown operator: ${operator}`);
  }
}

function holds(predicate: Predicate): FieldTest {
  return (root, parts) => someValueAt(root, parts, 0, predicate);
}

function holdsNot(predicate: Predicate): FieldTest {
  return (root, parts) => !someValueAt(root, parts, 0, predicate);
}

/** `$elemMatch`: one array element that satisfies everything. */
export function someElementMatches(operand: unknown, variables: Document = {}): Predicate {
  const matches = compileElementMatcher(operand, variables);
  return (value) => Array.isArray(value) && value.some(matches);
}

/** The question `$elemMatch` (or `$pull`) asks about a single element. */
export function compileElementMatcher(operand: unknown, variables: Document = {}): Predicate {
  if (!isDocument(operand)) throw new CommandError(2, '$elemMatch needs an Object');
  const first = Object.keys(operand)[0];
  if (first?.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first)) {
    // The element stands alone: its own elements, if it is an array, are looked into by each predicate.
    const tests = compileCondition(operand, variables);
    return (element) => tests.every((test) => test(element, []));
  }
  const matches = compileMatcher(operand, variables);
  return (element) => {
    if (isDocument(element)) return matches(element);
    // Elements that are arrays themselves are asked by index: {"0": ...}.
    return Array.isArray(element) && matches({ ...element });
  };
}

function allOf(operand: unknown, variables: Document): FieldTest[] {
  if (!Array.isArray(operand)) throw new CommandError(2, '$all needs an array');
  if (operand.length === 0) return [holds(() => false)];
  return operand.map((element) => {
    if (isDocument(element) && '$elemMatch' in element)
      return holds(someElementMatches(element.$elemMatch, variables));
    if (isOperatorExpression(element)) throw new CommandError(2, 'no $ expressions in $all');
    if (element instanceof BSONRegExp) return holds(matchesPattern(compilePattern(element), element));
    return holds(equals(element));
  });
}

function negationOf(operand: unknown, variables: Document): FieldTest {
  if (!(operand instanceof BSONRegExp) && !isOperatorExpression(operand)) {
    throw new CommandError(2, '$not needs a regex or a document');
  }
  const tests = compileCondition(operand, variables);
  return (root, parts) => !tests.every((test) => test(root, parts));
}
