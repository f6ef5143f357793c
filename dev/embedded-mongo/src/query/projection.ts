import { type Document, isDocument } from '../bson/document.js';
import { isNumeric, isTruthy } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { compileElementCondition } from './filter.js';
import type { Predicate } from './predicates.js';

/** Makes the document a client gets out of a stored one. */
export type Projection = (document: Document) => Document;

/** How one field is shown: `true` includes it, `false` leaves it out, a predicate picks an array's first match. */
type Rule = boolean | Predicate | RuleTree;
/** Mirrors the dotted paths of the specification. */
interface RuleTree extends Map<string, Rule> {}

/** Compiles a projection; undefined when documents are shown whole. Refuses (238) computed fields, `$slice`, `.$`. */
export function compileProjection(specification: Document): Projection | undefined {
  const fields = flatten(specification, '');
  if (fields.length === 0) return undefined;
  const inclusive = isInclusive(fields);
  const rules: RuleTree = new Map();
  for (const [path, rule] of fields) addRule(rules, path, rule);
  if (inclusive && !rules.has('_id')) rules.set('_id', true);
  return (document) => projectDocument(document, rules, inclusive);
}

// {a: {b: 1}} says the same as {"a.b": 1}.
function flatten(specification: Document, prefix: string): [string, Rule][] {
  return Object.entries(specification).flatMap(([name, value]): [string, Rule][] => {
    const path = prefix + name;
    if (name.includes('$')) throw notImplemented(`the projection '${path}'`);
    if (typeof value === 'boolean' || isNumeric(value)) return [[path, isTruthy(value)]];
    if (!isDocument(value) || Object.keys(value).length === 0)
      throw notImplemented(`a computed field ('${path}') in a projection`);
    return '$elemMatch' in value
      ? [[path, compileElementCondition(value.$elemMatch)]]
      : flatten(value, `${path}.`);
  });
}

function isInclusive(fields: [string, Rule][]): boolean {
  const others = fields.filter(([path]) => path !== '_id');
  if (others.length === 0) return fields.every(([, rule]) => rule === true);
  const flags = others.filter(([, rule]) => typeof rule === 'boolean');
  // $elemMatch alone shows only its own field.
  const shows = flags.length === 0 || flags[0]?.[1] === true;
  for (const [path, rule] of flags) {
    if (rule === shows) continue;
    if (shows) throw new CommandError(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    throw new CommandError(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
  }
  return shows;
}

function addRule(rules: RuleTree, path: string, rule: Rule): void {
  const parts = path.split('.');
  const last = parts.pop() ?? path;
  let tree = rules;
  for (const part of parts) {
    const next = tree.get(part) ?? new Map<string, Rule>();
    if (!(next instanceof Map)) throw new CommandError(31249, `Path collision at ${path}`);
    tree.set(part, next);
    tree = next;
  }
  if (tree.has(last)) throw new CommandError(31250, `Path collision at ${path}`);
  tree.set(last, rule);
}

function projectDocument(document: Document, rules: RuleTree, inclusive: boolean): Document {
  const shown: Document = {};
  for (const name of Object.keys(document)) {
    const value = projectValue(document[name], rules.get(name) ?? !inclusive, inclusive);
    if (value !== undefined) shown[name] = value;
  }
  return shown;
}

function projectValue(value: unknown, rule: Rule, inclusive: boolean): unknown {
  if (rule === true) return value;
  if (rule === false) return undefined;
  if (typeof rule === 'function') return firstMatch(value, rule);
  if (isDocument(value)) return projectDocument(value, rule, inclusive);
  if (Array.isArray(value)) {
    return value
      .map((element) => projectValue(element, rule, inclusive))
      .filter((element) => element !== undefined);
  }
  return inclusive ? undefined : value;
}

function firstMatch(value: unknown, matches: Predicate): unknown[] | undefined {
  const index = Array.isArray(value) ? value.findIndex(matches) : -1;
  return Array.isArray(value) && index >= 0 ? [value[index]] : undefined;
}
