import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Sandbox, Work } from '../context.js';
import { API_VERSION } from '../domain/events.js';
import { newIdentifier } from '../domain/identifiers.js';
import type { ApiFault } from './api-faults.js';
import { authenticate, checkVersion } from './authenticate.js';
import type { Idempotency } from './idempotency.js';
import { expand } from './objects.js';
import { parseParameters, readForm, text } from './parameters.js';
import { Refusal, serverError } from './refusals.js';

export interface ApiRoute {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** @param id the one in the path, or an empty text */
  answer(sandbox: Work, form: Record<string, unknown>, id: string): object | Refusal;
}

/**
 * Declares one address of the API.
 * @param schema the parameters; `expand` is common to all routes and not part of it
 * @param handle returns Stripe's object, or the refusal; it never awaits, so no two calls interleave
 */
export function defineRoute<S extends z.ZodType>(
  address: Pick<ApiRoute, 'method' | 'path'>,
  schema: S,
  handle: (sandbox: Work, parameters: z.output<S>, id: string) => object | Refusal,
): ApiRoute {
  return {
    ...address,
    answer: (sandbox, { expand: wanted, ...form }, id) => {
      const paths = parseParameters(z.array(text(200)).max(50).default([]), wanted);
      if (paths instanceof Refusal) return paths;
      const parameters = parseParameters(schema, form);
      if (parameters instanceof Refusal) return parameters;
      const object = handle(sandbox, parameters.value, id);
      return object instanceof Refusal ? object : expand(sandbox, object, paths.value);
    },
  };
}

interface Answer {
  status: number;
  body: string;
}

/** Answers one API call: key, version, parameters, fault, idempotency, work, durability, in this order. */
export async function answerCall(
  sandbox: Sandbox,
  idempotency: Idempotency,
  route: ApiRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const id = newIdentifier('req_');
  response.setHeader('request-id', id);
  response.setHeader('stripe-version', API_VERSION);
  const refuse = (refusal: Refusal): void => send(response, refusalAnswer(refusal, id));
  const refused =
    authenticate(sandbox, request.get('authorization')) ?? checkVersion(request.get('stripe-version'));
  if (refused) return refuse(refused);
  const form = readForm(route.method === 'post' ? bodyText(request) : queryText(request));
  if (form instanceof Refusal) return refuse(form);

  const fault = sandbox.apiFaults.take(request.method, request.path);
  const key = route.method === 'get' ? undefined : request.get('idempotency-key');
  const begun = key === undefined ? null : idempotency.begin(key, request.method, request.path, form);
  if (begun instanceof Refusal) return refuse(begun);
  if (begun?.answer) {
    response.setHeader('idempotent-replayed', 'true');
    response.setHeader('original-request', begun.answer.requestId);
    return send(response, begun.answer);
  }
  const work = { ...sandbox, cause: { id, idempotencyKey: key ?? null } };
  try {
    const answer = await perform(sandbox, fault, response, () => {
      const object = route.answer(work, form, String(request.params.id ?? ''));
      const isRefusal = object instanceof Refusal;
      const done = isRefusal ? refusalAnswer(object, id) : { status: 200, body: JSON.stringify(object) };
      if (key !== undefined && begun && (!isRefusal || object.saved)) {
        const { fingerprint } = begun;
        idempotency.save(key, { fingerprint, requestId: id, savedAt: Date.now(), ...done });
      }
      return done;
    });
    if (!answer) return;
    // Nothing that was written is answered before it is on the disk.
    if (route.method !== 'get') await sandbox.store.durable();
    send(response, answer);
  } finally {
    if (key !== undefined) idempotency.end(key);
  }
}

/** Does the work, around the fault that was asked for. Returns null when the connection has been dropped. */
async function perform(
  sandbox: Sandbox,
  fault: ApiFault | undefined,
  response: Response,
  doWork: () => Answer,
): Promise<Answer | null> {
  if (!fault) return doWork();
  sandbox.log.info({ fault: fault.fault, when: fault.when }, 'an API call meets a fault');
  if (fault.fault === 'delay') {
    if (fault.when === 'before') await sleep(fault.delayMs);
    const answer = doWork();
    if (fault.when === 'after') await sleep(fault.delayMs);
    return answer;
  }
  if (fault.when === 'after') doWork();
  if (fault.fault === 'error') {
    const refusal = serverError('An error made on purpose, as it was asked for.');
    return refusalAnswer(refusal, String(response.getHeader('request-id')));
  }
  response.socket?.destroy();
  return null;
}

function refusalAnswer(refusal: Refusal, requestId: string): Answer {
  return { status: refusal.status, body: refusal.toJson(requestId) };
}

function send(response: Response, answer: Answer): void {
  response.statusCode = answer.status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.end(answer.body);
}

function bodyText(request: Request): string {
  const body: unknown = request.body;
  return typeof body === 'string' ? body : '';
}

function queryText(request: Request): string {
  return request.originalUrl.split('?')[1] ?? '';
}
