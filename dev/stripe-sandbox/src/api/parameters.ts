import qs from 'qs';
import { z } from 'zod';
import { isCurrency } from '../domain/money.js';
import { invalidRequest, type Refusal } from './refusals.js';

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
export function readForm(
  text: string,
): { ok: true; form: Record<string, unknown> } | { ok: false; refusal: Refusal } {
  try {
    return { ok: true, form: qs.parse(text, LIMITS) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      refusal: invalidRequest(`The parameters are nested too deeply or are too many: ${reason}`),
    };
  }
}

export type Parsed<V> = { ok: true; value: V } | { ok: false; refusal: Refusal };

export function parseParameters<S extends z.ZodType>(schema: S, form: unknown): Parsed<z.output<S>> {
  const parsed = schema.safeParse(form, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  const { issues } = parsed.error;
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0];
  return { ok: false, refusal: issue ? refusalOf(issue) : invalidRequest('Invalid request.') };
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
  if (issue.code === 'invalid_type' && issue.expected === 'never') {
    return invalidRequest(`This local stand-in for Stripe does not support the parameter ${param}.`, {
      code: 'sandbox_unsupported',
      param,
    });
  }
  if (issue.input === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (issue.code === 'invalid_value') {
    return invalidRequest(`Invalid ${param}: must be one of ${issue.values.join(', ')}`, { param });
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array') {
    return invalidRequest(`Invalid array: ${param} must be a list.`, { param });
  }
  if (issue.code === 'invalid_type' && (issue.expected === 'object' || issue.expected === 'record')) {
    return invalidRequest(`Invalid object: ${param} must be an object.`, { param });
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

/** A text that an empty value takes away. */
export function clearableText(maximum = MAXIMUM_TEXT) {
  return z
    .string()
    .max(maximum)
    .transform((value) => (value === '' ? null : value));
}

export function integer(minimum: number, maximum: number) {
  return z.string().transform((value, context) => {
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) {
      context.addIssue({
        code: 'custom',
        message: `Invalid integer: ${value}`,
        params: { code: 'parameter_invalid_integer' },
      });
      return z.NEVER;
    }
    if (number < minimum || number > maximum) {
      context.addIssue({
        code: 'custom',
        message: `Invalid integer: ${value}. This value must be at least ${minimum} and at most ${maximum}.`,
        params: { code: 'parameter_invalid_integer' },
      });
      return z.NEVER;
    }
    return number;
  });
}

export function boolean() {
  return z.enum(['true', 'false']).transform((value) => value === 'true');
}

export function currency() {
  return z.string().transform((value, context) => {
    const code = value.toLowerCase();
    if (isCurrency(code)) return code;
    context.addIssue({
      code: 'custom',
      message: `Invalid currency: ${value}. It must be a three-letter ISO code.`,
    });
    return z.NEVER;
  });
}

export function webAddress() {
  return z
    .string()
    .max(MAXIMUM_TEXT)
    .refine(isWebAddress, { message: 'Not a valid URL', params: { code: 'url_invalid' } });
}

function isWebAddress(value: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(value).protocol);
  } catch {
    return false;
  }
}

export function email() {
  return z.string().refine((value) => z.email().safeParse(value).success, {
    error: (issue) => `Invalid email address: ${String(issue.input)}`,
    params: { code: 'email_invalid' },
  });
}

/** https://docs.stripe.com/api/metadata: up to 50 keys of 40 characters with values of 500. */
export function metadata() {
  const pairs = z
    .record(z.string().max(40), z.string().max(500))
    .refine((value) => Object.keys(value).length <= 50, {
      message: 'Metadata can have up to 50 keys.',
    });
  return z.union([z.literal('').transform((): Record<string, string> => ({})), pairs]);
}

/** A list in which `a[]=`, `a[0]=` and an object with numbers for keys are the same. */
export function list<S extends z.ZodType>(item: S, maximum: number) {
  return z.array(item).max(maximum);
}

export function address() {
  const line = z
    .string()
    .max(500)
    .optional()
    .transform((value) => value || null);
  return z.strictObject({
    line1: line,
    line2: line,
    postal_code: line,
    city: line,
    state: line,
    country: z
      .string()
      .max(2)
      .optional()
      .transform((value) => value || null),
  });
}

export function shipping() {
  return z.strictObject({
    name: text(),
    phone: z
      .string()
      .max(50)
      .optional()
      .transform((value) => value || null),
    address: address(),
  });
}

/** `created[gte]=…` or `created=…`, in seconds. */
export function timeRange() {
  const second = integer(0, Number.MAX_SAFE_INTEGER).optional();
  const range = z.strictObject({ gt: second, gte: second, lt: second, lte: second });
  return z.union([
    integer(0, Number.MAX_SAFE_INTEGER).transform((exact) => ({ gte: exact, lte: exact })),
    range,
  ]);
}

export type TimeRange = {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
};

export function isWithin(created: number, range: TimeRange | undefined): boolean {
  if (!range) return true;
  if (range.gt !== undefined && created <= range.gt) return false;
  if (range.gte !== undefined && created < range.gte) return false;
  if (range.lt !== undefined && created >= range.lt) return false;
  return range.lte === undefined || created <= range.lte;
}

/** A parameter that Stripe knows and this stand-in does not. */
export function unsupported() {
  return z.never().optional();
}
