import { type Document, isDocument } from '../bson/document.js';
import { valueAt } from '../bson/path.js';
import { compileElementCondition, compileFilter, isOperatorExpression } from './filter.js';
import type { Predicate } from './predicates.js';

/** These are no condition on a single element. */
const WHOLE_ARRAY_OPERATORS = ['$ne', '$nin', '$exists', '$size'];

/**
 * Which element of the array at `arrayPath` the positional `$` stands for: the first that satisfies all that the
 * filter asks of the array's elements. Undefined when there is none, or the filter asks nothing of them.
 */
export function matchedElementIndex(
  filter: Document,
  document: Document,
  arrayPath: string,
): number | undefined {
  const array = valueAt(document, arrayPath.split('.'));
  const tests = Object.entries(filter).flatMap(([path, condition]) =>
    path === arrayPath || path.startsWith(`${arrayPath}.`)
      ? [elementTest(path.slice(arrayPath.length + 1), condition)]
      : [],
  );
  if (!Array.isArray(array) || tests.length === 0) return undefined;
  const index = array.findIndex((element) => tests.every((test) => test(element)));
  return index < 0 ? undefined : index;
}

function elementTest(subPath: string, condition: unknown): Predicate {
  if (isOperatorExpression(condition)) {
    if (WHOLE_ARRAY_OPERATORS.some((operator) => operator in condition)) return () => false;
    if (subPath === '' && '$elemMatch' in condition) return compileElementCondition(condition.$elemMatch);
  }
  if (subPath === '') {
    const matches = compileFilter({ element: condition });
    return (element) => matches({ element });
  }
  const matches = compileFilter({ [subPath]: condition });
  return (element) => isDocument(element) && matches(element);
}
