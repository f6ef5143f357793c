import { BSONRegExp } from 'bson';
import { type Document, isDocument } from '../bson/document.js';
import { someValueAt } from '../bson/path.js';
import { isTruthy } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { compares, equals, hasSize, isIn, matchesPattern, type Predicate } from './predicates.js';

/** Whether a document satisfies a filter. */
export type Matcher = (document: Document) => boolean;

/** One condition of a field, tested on what the parts of a path lead to from `root`. */
type FieldTest = (root: unknown, parts: readonly string[]) => boolean;

/** Compiles one operator; `condition` holds all operators of the field. */
type CompileOperator = (operand: unknown, condition: Document) => FieldTest;

const OPERATORS: ReadonlyMap<string, CompileOperator> = new Map<string, CompileOperator>([
  ['$eq', (operand) => some(equals(operand))],
  ['$ne', (operand) => none(equals(operand))],
  ['$gt', (operand) => some(compares(operand, (order) => order > 0))],
  ['$gte', (operand) => some(compares(operand, (order) => order >= 0))],
  ['$lt', (operand) => some(compares(operand, (order) => order < 0))],
  ['$lte', (operand) => some(compares(operand, (order) => order <= 0))],
  ['$in', (operand) => some(isIn(operand))],
  ['$nin', (operand) => none(isIn(operand))],
  ['$exists', (operand) => (isTruthy(operand) ? some(isPresent) : none(isPresent))],
  ['$size', (operand) => some(hasSize(operand))],
  ['$elemMatch', (operand) => some(someElementMatches(operand))],
  ['$regex', (operand, { $options }) => some(matchesPattern(operand, $options))],
  ['$options', (_operand, condition) => optionsOfRegex(condition)],
]);

/** What MongoDB knows and nothing sends. */
const NOT_IMPLEMENTED = new Set(
  (
    '$all $bitsAllClear $bitsAllSet $bitsAnyClear $bitsAnySet $comment $expr $geoIntersects $geoWithin ' +
    '$jsonSchema $mod $nor $not $type $where'
  ).split(' '),
);

/**
 * Compiles a filter. Written here and not left to mingo, which walks paths through arrays and compares BSON
 * values by rules of its own.
 */
export function compileFilter(filter: Document): Matcher {
  const matchers = Object.entries(filter).map(([name, condition]) =>
    name.startsWith('$') ? compileLogical(name, condition) : compileField(name, condition),
  );
  const [only] = matchers;
  if (only && matchers.length === 1) return only;
  return (document) => matchers.every((matches) => matches(document));
}

function compileLogical(name: string, condition: unknown): Matcher {
  if (name !== '$and' && name !== '$or') throw refusedOperator(name, 'unknown top level operator');
  const matchers = filtersUnder(name, condition).map(compileFilter);
  return name === '$and'
    ? (document) => matchers.every((matches) => matches(document))
    : (document) => matchers.some((matches) => matches(document));
}

/** The filters under `$and` or `$or`. */
export function filtersUnder(operator: string, value: unknown): Document[] {
  if (!Array.isArray(value)) throw new CommandError(2, `${operator} must be an array`);
  if (value.length === 0) throw new CommandError(2, `${operator} argument must be a nonempty array`);
  return value.map((filter) => {
    if (isDocument(filter)) return filter;
    throw new CommandError(2, `${operator} entries need to be full objects`);
  });
}

function compileField(path: string, condition: unknown): Matcher {
  const parts = path.split('.');
  const tests = compileCondition(condition);
  return (document) => tests.every((test) => test(document, parts));
}

/** Whether the condition of a field is made of operators, rather than a value to be equal to. */
export function isOperatorExpression(condition: unknown): condition is Document {
  return isDocument(condition) && Object.keys(condition)[0]?.startsWith('$') === true;
}

function compileCondition(condition: unknown): FieldTest[] {
  if (condition instanceof BSONRegExp) return [some(matchesPattern(condition))];
  if (!isOperatorExpression(condition)) return [some(equals(condition))];
  return Object.entries(condition).map(([name, operand]) => {
    const compile = OPERATORS.get(name);
    if (!compile) throw refusedOperator(name, 'unknown operator');
    return compile(operand, condition);
  });
}

function refusedOperator(name: string, reason: string): CommandError {
  // What a MongoDB without a text or geospatial index on the collection answers.
  if (name === '$text') return new CommandError(27, 'text index required for $text query');
  if (name === '$near' || name === '$nearSphere') {
    return new CommandError(291, 'unable to find index for $geoNear query');
  }
  return NOT_IMPLEMENTED.has(name) ? notImplemented(name) : new CommandError(2, `${reason}: ${name}`);
}

function some(predicate: Predicate): FieldTest {
  return (root, parts) => someValueAt(root, parts, 0, predicate);
}

function none(predicate: Predicate): FieldTest {
  return (root, parts) => !someValueAt(root, parts, 0, predicate);
}

function isPresent(value: unknown): boolean {
  return value !== undefined;
}

function optionsOfRegex(condition: Document): FieldTest {
  if ('$regex' in condition) return () => true;
  throw new CommandError(2, '$options needs a $regex');
}

function someElementMatches(operand: unknown): Predicate {
  const matches = compileElementCondition(operand);
  return (value) => Array.isArray(value) && value.some(matches);
}

/** The condition that `$elemMatch`, or `$pull`, has for a single element. */
export function compileElementCondition(operand: unknown): Predicate {
  if (!isDocument(operand)) throw new CommandError(2, '$elemMatch needs an Object');
  if (isOperatorExpression(operand) && !('$and' in operand || '$or' in operand)) {
    const tests = compileCondition(operand);
    return (element) => tests.every((test) => test(element, []));
  }
  const matches = compileFilter(operand);
  // An element that is an array itself is addressed by index: {"0": ...}.
  return (element) =>
    isDocument(element) ? matches(element) : Array.isArray(element) && matches({ ...element });
}
