import { type Document, isDocument } from '../bson/document.js';
import { valueAt } from '../bson/path.js';
import { compileElementMatcher, compileMatcher, isOperatorExpression } from './matcher.js';

/** Asks whether one element of an array satisfies one condition of the filter. */
type ElementTest = (element: unknown) => boolean;

const NEGATIVE_OPERATORS = new Set(['$ne', '$nin', '$not', '$exists', '$size']);

/**
 * Which element of the array at `arrayPath` the positional `$` stands for: the first that satisfies what the
 * filter asks of the array's elements. Undefined when the filter asks nothing of them.
 */
export function matchedElementIndex(
  filter: Document,
  document: Document,
  arrayPath: string,
): number | undefined {
  const array = valueAt(document, arrayPath.split('.'));
  if (!Array.isArray(array)) return undefined;
  const tests = elementTests(filter, document, arrayPath);
  if (tests.length === 0) return undefined;
  const all = array.findIndex((element) => tests.every((test) => test(element)));
  if (all >= 0) return all;
  // Conditions met by different elements: MongoDB documents the outcome as undefined; it takes the last.
  const last = array.findIndex((element) => tests.at(-1)?.(element));
  return last >= 0 ? last : undefined;
}

function elementTests(filter: Document, document: Document, arrayPath: string): ElementTest[] {
  return Object.entries(filter).flatMap(([name, condition]): ElementTest[] => {
    if (name === '$and' || name === '$or') {
      const branches = Array.isArray(condition) ? condition.filter(isDocument) : [];
      const holding = branches.filter((branch) => name === '$and' || compileMatcher(branch)(document));
      return holding.flatMap((branch) => elementTests(branch, document, arrayPath));
    }
    if (name !== arrayPath && !name.startsWith(`${arrayPath}.`)) return [];
    const positive = withoutNegations(condition);
    if (positive === undefined) return [];
    return [elementTest(name.slice(arrayPath.length + 1), positive)];
  });
}

function withoutNegations(condition: unknown): unknown {
  if (!isOperatorExpression(condition)) return condition;
  const kept = Object.entries(condition).filter(([operator]) => !NEGATIVE_OPERATORS.has(operator));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function elementTest(subPath: string, condition: unknown): ElementTest {
  if (subPath !== '') {
    const matches = compileMatcher({ [subPath]: condition });
    return (element) => isDocument(element) && matches(element);
  }
  if (isOperatorExpression(condition) && '$elemMatch' in condition) {
    return compileElementMatcher(condition.$elemMatch);
  }
  const matches = compileMatcher({ element: condition });
  return (element) => matches({ element });
}
