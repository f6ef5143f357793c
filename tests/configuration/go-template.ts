type Value = string | boolean | undefined;
type Values = Readonly<Record<string, string | undefined>>;

/** The functions of Go's templates, and of Promtail's, that promtail.yaml uses. */
const functions: Readonly<Record<string, (...values: Value[]) => Value>> = {
  eq: (a, b) => a === text(b, 'eq') && text(a, 'eq') === b,
  or: (...values) => values.find(Boolean) ?? false,
  hasPrefix: (prefix, value) => text(value, 'hasPrefix').startsWith(text(prefix, 'hasPrefix')),
  ToLower: (value) => text(value, 'ToLower').toLowerCase(),
};

/** Go ends the execution of a template that calls a function with something that is not there. */
class ExecutionError extends Error {}

function text(value: Value, name: string): string {
  if (typeof value !== 'string') throw new ExecutionError(`${name} of ${typeof value}`);
  return value;
}

/**
 * What a template of a Promtail stage makes of the extracted values: `{{ if }}`, `{{ else if }}`, `{{ else }}`,
 * `{{ end }}`, fields and function calls. Undefined if Go would give up, upon which Promtail changes nothing.
 */
export function executeTemplate(template: string, values: Values): string | undefined {
  const pieces = template.split(/\{\{\s*(.*?)\s*\}\}/);
  let result = '';
  /** For each `if` around this place: whether its present branch is taken, and whether any was. */
  const branches: { taken: boolean; done: boolean }[] = [];
  const visible = () => branches.every(({ taken }) => taken);

  function decide(condition: string): void {
    const branch = branches.at(-1);
    if (!branch) throw new Error(`${condition} without an if in ${template}`);
    branch.taken = false;
    branch.taken =
      !branch.done &&
      branches.slice(0, -1).every(({ taken }) => taken) &&
      Boolean(evaluate(condition, values));
    branch.done ||= branch.taken;
  }

  try {
    for (const [index, piece] of pieces.entries()) {
      if (index % 2 === 0) result += visible() ? piece : '';
      else if (piece.startsWith('if ')) {
        branches.push({ taken: true, done: false });
        decide(piece.slice(3));
      } else if (piece.startsWith('else if ')) decide(piece.slice(8));
      else if (piece === 'else') decide('true');
      else if (piece === 'end') branches.pop();
      else if (visible()) result += evaluate(piece, values) ?? '<no value>';
    }
  } catch (error) {
    if (error instanceof ExecutionError) return undefined;
    throw error;
  }
  return result;
}

function evaluate(expression: string, values: Values): Value {
  const tokens = expression.match(/"[^"]*"|[()]|[^\s()]+/g) ?? [];

  function operand(): Value {
    const token = tokens.shift() ?? '';
    if (token === '(') {
      const value = call();
      tokens.shift();
      return value;
    }
    if (token.startsWith('"')) return token.slice(1, -1);
    if (token.startsWith('.')) return values[token.slice(1)];
    if (token === 'true') return true;
    throw new Error(`${token} in ${expression} is not understood`);
  }

  function call(): Value {
    const called = functions[tokens[0] ?? ''];
    if (!called) return operand();
    tokens.shift();
    const given: Value[] = [];
    while (tokens.length > 0 && tokens[0] !== ')') given.push(operand());
    return called(...given);
  }

  return call();
}
