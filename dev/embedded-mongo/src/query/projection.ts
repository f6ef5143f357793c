import { projectWithExpressions } from '../aggregation/expression.js';
import { type Document, fieldOf, isDocument } from '../bson/document.js';
import { isNumeric, wholeNumber } from '../bson/types.js';
import { CommandError } from '../errors.js';
import { compileElementMatcher } from './matcher.js';
import { matchedElementIndex } from './positional.js';
import { isTruthy } from './predicates.js';

/** Makes the document a client gets out of a stored one. */
export type Projection = (document: Document) => Document;

/** How one field is shown; a tree mirrors the dotted paths of the specification. */
type Rule = 'include' | 'exclude' | ((value: unknown, document: Document) => unknown) | RuleTree;
interface RuleTree extends Map<string, Rule> {}

/**
 * Compiles a projection; undefined when documents are shown whole.
 *
 * @param filter the query's filter, which `"array.$": 1` refers to
 */
export function compileProjection(specification: Document, filter: Document = {}): Projection | undefined {
  const fields = flatten(specification);
  if (fields.length === 0) return undefined;
  const kinds = fields.filter(([path]) => path !== '_id').map(([, value]) => kindOf(value));
  if (kinds.includes('expression')) {
    return (document) => projectWithExpressions(document, specification);
  }
  const positional = fields.some(([path]) => path.endsWith('.$'));
  const inclusive = kinds.length > 0 ? isInclusive(fields, positional) : isTruthy(specification._id);
  const rules: RuleTree = new Map();
  for (const [path, value] of fields) addRule(rules, path, value, filter);
  if (inclusive && !rules.has('_id')) rules.set('_id', 'include');
  return (document) => projectDocument(document, document, rules, inclusive);
}

// {a: {b: 1}} says the same as {"a.b": 1}.
function flatten(specification: Document, prefix = ''): [string, unknown][] {
  return Object.entries(specification).flatMap(([name, value]): [string, unknown][] => {
    const nested = isDocument(value) && Object.keys(value)[0]?.startsWith('$') !== true;
    if (nested && Object.keys(value).length > 0) return flatten(value, `${prefix}${name}.`);
    return [[prefix + name, value]];
  });
}

function kindOf(value: unknown): 'flag' | 'array operator' | 'expression' {
  if (typeof value === 'boolean' || isNumeric(value)) return 'flag';
  if (isDocument(value) && ('$slice' in value || '$elemMatch' in value)) return 'array operator';
  if (isDocument(value) && '$meta' in value) throw new CommandError(2, '$meta projections are not supported');
  return 'expression';
}

function isInclusive(fields: [string, unknown][], positional: boolean): boolean {
  const flags = fields.filter(([path, value]) => path !== '_id' && kindOf(value) === 'flag');
  const [first] = flags;
  // $elemMatch alone shows only its own field; $slice alone shows everything.
  const shows = first
    ? isTruthy(first[1])
    : fields.some(([, value]) => isDocument(value) && '$elemMatch' in value);
  for (const [path, value] of flags) {
    if (isTruthy(value) === shows) continue;
    if (shows) throw new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    throw new CommandError(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
  }
  return shows || positional;
}

function addRule(rules: RuleTree, path: string, value: unknown, filter: Document): void {
  const positional = path.endsWith('.$');
  const parts = (positional ? path.slice(0, -2) : path).split('.');
  const last = parts.pop() ?? path;
  let tree = rules;
  for (const part of parts) {
    const next = tree.get(part) ?? new Map<string, Rule>();
    if (!(next instanceof Map)) throw new CommandError(31249, `Path collision at ${path}`);
    tree.set(part, next);
    tree = next;
  }
  if (tree.has(last)) throw new CommandError(31250, `Path collision at ${path}`);
  tree.set(last, positional ? matchedElement(path.slice(0, -2), filter) : ruleOf(value));
}

function ruleOf(value: unknown): Rule {
  if (!isDocument(value)) return isTruthy(value) ? 'include' : 'exclude';
  return '$slice' in value ? slice(value.$slice) : firstMatching(value.$elemMatch);
}

function matchedElement(arrayPath: string, filter: Document): Rule {
  return (value, document) => {
    if (!Array.isArray(value)) return value;
    const index = matchedElementIndex(filter, document, arrayPath);
    if (index !== undefined) return value.slice(index, index + 1);
    throw new CommandError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  };
}

function firstMatching(operand: unknown): Rule {
  const matches = compileElementMatcher(operand);
  return (value) => {
    const found = Array.isArray(value) ? value.filter(matches).slice(0, 1) : [];
    return found.length > 0 ? found : undefined;
  };
}

function slice(operand: unknown): Rule {
  const [first, second] = (Array.isArray(operand) ? operand : [operand]).map(wholeNumber);
  if (first === undefined) throw new CommandError(28667, '$slice needs a number, or an array of two');
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first);
    const start = first < 0 ? Math.max(0, value.length + first) : first;
    return value.slice(start, start + second);
  };
}

function projectDocument(document: Document, root: Document, rules: RuleTree, inclusive: boolean): Document {
  const shown: Document = {};
  for (const name of Object.keys(document)) {
    const value = projectField(fieldOf(document, name), root, rules.get(name), inclusive);
    if (value !== undefined) shown[name] = value;
  }
  return shown;
}

function projectField(value: unknown, root: Document, rule: Rule | undefined, inclusive: boolean): unknown {
  if (rule === undefined) return inclusive ? undefined : value;
  if (rule === 'include') return value;
  if (rule === 'exclude') return undefined;
  if (typeof rule === 'function') return rule(value, root);
  if (isDocument(value)) return projectDocument(value, root, rule, inclusive);
  if (Array.isArray(value)) {
    return value
      .map((element) => projectElement(element, root, rule, inclusive))
      .filter((element) => element !== undefined);
  }
  return inclusive ? undefined : value;
}

function projectElement(element: unknown, root: Document, rules: RuleTree, inclusive: boolean): unknown {
  return isDocument(element) || Array.isArray(element)
    ? projectField(element, root, rules, inclusive)
    : inclusive
      ? undefined
      : element;
}
