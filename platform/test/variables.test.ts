import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError, port, readVariables, variable } from '../src/index.js';

const variables = {
  PORT: variable(port, { meaning: 'Where the site answers.', default: '3000', example: '3000' }),
  SITE_URL: variable(z.url('must be an address'), {
    meaning: 'The address of the site.',
    example: 'http://localhost:3000',
  }),
  SECRET: variable(z.string().min(8, 'must have 8 characters'), {
    meaning: 'Signs sessions.',
    default: 'in-the-repository',
    example: 'a long random text',
    secret: true,
  }),
  LABEL: variable(z.string().optional(), { meaning: 'Anything.', example: 'x' }),
} as const;

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readVariables(variables, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('reading the environment', () => {
  it('gives typed values, and defaults for what is not set or empty', () => {
    expect(readVariables(variables, { SITE_URL: 'http://a.test', PORT: '' })).toEqual({
      PORT: 3000,
      SITE_URL: 'http://a.test',
      SECRET: 'in-the-repository',
      LABEL: undefined,
    });
  });

  it('names everything that is wrong at once, with an example of a right value', () => {
    const problems = problemsOf({ PORT: '99999' });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('PORT="99999": must be 0 to 65535');
    expect(problems[1]).toContain('SITE_URL is not set');
    expect(problems[1]).toContain('SITE_URL=http://localhost:3000');
  });

  it('never prints a secret', () => {
    const [problem] = problemsOf({ SITE_URL: 'http://a.test', SECRET: 'short' });
    expect(problem).toContain('SECRET: must have 8 characters');
    expect(problem).not.toContain('short');
  });

  it('refuses a default secret in production', () => {
    const problems = problemsOf({ SITE_URL: 'http://a.test', NODE_ENV: 'production' });
    expect(problems).toEqual([expect.stringContaining('SECRET must be set in production')]);
    expect(
      problemsOf({ SITE_URL: 'http://a.test', NODE_ENV: 'production', SECRET: 'something long' }),
    ).toEqual([]);
  });
});
