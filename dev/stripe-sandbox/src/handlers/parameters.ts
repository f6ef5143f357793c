import qs from 'qs';
import { z } from 'zod';
import { isCurrency } from '../domain/money.js';
import { invalidRequest, missingParameter, type Refusal } from './refusals.js';

/**
 * Form parameters arrive as texts, lists and objects of texts. These schemas turn them into typed values, and
 * `parseParameters` turns what is wrong with them into Stripe's error codes.
 */

const LIMITS = {
  depth: 10,
  arrayLimit: 1_000,
  parameterLimit: 5_000,
  strictDepth: true,
  throwOnLimitExceeded: true,
};

/** Reads `a[b]=1`, `a[0]=1` and `a[]=1`. */
export function readForm(form: string): Record<string, unknown> | Refusal {
  try {
    return qs.parse(form, LIMITS);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return invalidRequest(`The parameters are nested too deeply or are too many: ${reason}`);
  }
}

export function parseParameters<S extends z.ZodType>(
  schema: S,
  form: unknown,
): { value: z.output<S> } | Refusal {
  const { success, data, error } = schema.safeParse(form, { reportInput: true });
  if (success) return { value: data };
  const [first] = error.issues;
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? first;
  return issue ? refusalOf(issue) : invalidRequest('Invalid request.');
}

function refusalOf(issue: z.core.$ZodIssue): Refusal {
  const param = bracketed(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = bracketed([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${unknown}`, {
      code: 'parameter_unknown',
      param: unknown,
    });
  }
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.code;
    return invalidRequest(issue.message, { param, ...(typeof code === 'string' && { code }) });
  }
  if (issue.input === undefined) return missingParameter(param);
  if (issue.code === 'invalid_format' && issue.format === 'url') {
    return invalidRequest('Not a valid URL', { code: 'url_invalid', param });
  }
  if (issue.code === 'invalid_value') {
    return invalidRequest(`Invalid ${param}: must be one of ${issue.values.join(', ')}`, { param });
  }
  return invalidRequest(`Invalid ${param}: ${issue.message}`, { param });
}

function bracketed(path: PropertyKey[]): string {
  const [first = '', ...rest] = path.map(String);
  return first + rest.map((part) => `[${part}]`).join('');
}

const MAXIMUM_TEXT = 5_000;

export function text(maximum = MAXIMUM_TEXT) {
  return z.string().min(1).max(maximum);
}

export function integer(minimum: number, maximum: number) {
  const refused = (input: unknown) => {
    const range = `This value must be at least ${minimum} and at most ${maximum}.`;
    return `Invalid integer: ${input}${isInteger(input) ? `. ${range}` : ''}`;
  };
  return z
    .string()
    .refine((value) => isInteger(value) && Number(value) >= minimum && Number(value) <= maximum, {
      error: ({ input }) => refused(input),
      params: { code: 'parameter_invalid_integer' },
    })
    .transform(Number);
}

function isInteger(value: unknown): boolean {
  return /^-?\d+$/.test(String(value)) && Number.isSafeInteger(Number(value));
}

export function boolean() {
  return z.enum(['true', 'false']).transform((value) => value === 'true');
}

/** A feature that may be declined, so that no setting of an account switches it on; the stand-in has none. */
export function switchedOff() {
  return z.strictObject({ enabled: z.literal('false') });
}

export function currency() {
  return z
    .string()
    .toLowerCase()
    .refine(isCurrency, {
      error: ({ input }) => `Invalid currency: ${input}. It must be a three-letter ISO code.`,
    });
}

export function webAddress() {
  return z.url({ protocol: /^https?$/ }).max(MAXIMUM_TEXT);
}

export function email() {
  return z.string().refine((value) => z.email().safeParse(value).success, {
    error: ({ input }) => `Invalid email address: ${input}`,
    params: { code: 'email_invalid' },
  });
}

/** https://docs.stripe.com/api/metadata: up to 50 keys of 40 characters with values of 500. */
export function metadata() {
  return z
    .record(z.string().max(40), z.string().max(500))
    .refine((value) => Object.keys(value).length <= 50, { message: 'Metadata can have up to 50 keys.' })
    .default({});
}
