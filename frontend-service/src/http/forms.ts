import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';

/** The forms of the shop are small; what is larger is none of them. */
const largestForm = '32kb';

/** Reads the fields of ordinary forms. More than 32 kB or 50 fields are refused. */
export function readForms(): RequestHandler {
  return express.urlencoded({ extended: false, limit: largestForm, parameterLimit: 50 });
}

/** Refuses a body that is not a form's: `415`. A request without a body passes. */
export function onlyForms(refuse: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number.parseInt(request.headers['content-length'] ?? '0', 10) > 0;
    // An upload has been read before, where a route asked for it.
    const wasRead = request.body !== undefined;
    if (!hasBody || wasRead || request.is('application/x-www-form-urlencoded')) return next();
    return refuse(request, response, next);
  };
}

/** What was typed into a form: either what it means, or what is wrong with each field. */
export type FormResult<Fields> =
  | { ok: true; fields: Fields }
  | { ok: false; problems: Readonly<Record<string, string>> };

/** Parses the fields of a form. Only fields that the schema names are looked at. */
export function parseForm<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): FormResult<z.output<Schema>> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return { ok: true, fields: parsed.data };
  const problems: Record<string, string> = {};
  for (const issue of parsed.error.issues) problems[String(issue.path[0] ?? '')] ??= issue.message;
  return { ok: false, problems };
}

/** The text that was typed into a field, to show it again; empty if it was not a text. */
export function typed(request: Request, field: string): string {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null) return '';
  const value: unknown = Object.getOwnPropertyDescriptor(body, field)?.value;
  return typeof value === 'string' ? value.slice(0, 2_000) : '';
}
