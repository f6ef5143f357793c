import { BSONRegExp } from 'bson';
import { CommandError } from '../errors.js';

const SUPPORTED_OPTIONS = /^[imsu]*$/;

/** Compiles `$regex` with its `$options`, or a regular expression literal, to JavaScript's own. */
export function compilePattern(pattern: unknown, options?: unknown): RegExp {
  if (options !== undefined && typeof options !== 'string') {
    throw new CommandError(2, '$options has to be a string');
  }
  if (pattern instanceof BSONRegExp) return build(pattern.pattern, options ?? pattern.options);
  if (typeof pattern === 'string') return build(pattern, options ?? '');
  throw new CommandError(2, '$regex has to be a string');
}

function build(source: string, options: string): RegExp {
  if (!SUPPORTED_OPTIONS.test(options)) {
    throw new CommandError(
      51108,
      `invalid flag in regex options: ${options} (the embedded database knows i, m, s and u)`,
    );
  }
  try {
    return new RegExp(source, options.replaceAll('u', ''));
  } catch (error) {
    throw new CommandError(
      51091,
      `Regular expression is invalid: ${error instanceof Error ? error.message : source}`,
    );
  }
}
