import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Cause, Sandbox } from '../context.js';
import { newIdentifier } from '../domain/identifiers.js';
import { API_VERSION } from '../objects/event.js';
import { authenticate, checkVersion } from './authenticate.js';
import { expand } from './expand.js';
import type { ApiFault } from './faults.js';
import type { Idempotency } from './idempotency.js';
import { parseParameters, readForm } from './parameters.js';
import { Refusal, serverError } from './refusals.js';

/** What a route may know about the call besides its parameters. */
export interface Call {
  /** The id in the path, or an empty text. */
  id: string;
  cause: Cause;
}

export interface ApiRoute {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** The answer must be on the disk before it is sent: money has moved, or a secret was told. */
  durable: boolean;
  answer(sandbox: Sandbox, form: Record<string, unknown>, call: Call): object | Refusal;
}

const expansions = z.array(z.string().min(1).max(200)).max(50).default([]);

/**
 * Declares one address of the API.
 * @param schema the parameters; `expand` is common to all routes and not part of it
 * @param handle returns Stripe's object, or the refusal; runs without a pause, so no two calls interleave
 */
export function defineRoute<S extends z.ZodType>(
  address: { method: ApiRoute['method']; path: string; durable?: boolean },
  schema: S,
  handle: (sandbox: Sandbox, parameters: z.output<S>, call: Call) => object | Refusal,
): ApiRoute {
  return {
    method: address.method,
    path: address.path,
    durable: address.durable ?? false,
    answer: (sandbox, { expand: wanted, ...form }, call) => {
      const paths = parseParameters(expansions, wanted);
      if (!paths.ok) return paths.refusal;
      const parsed = parseParameters(schema, form);
      if (!parsed.ok) return parsed.refusal;
      const object = handle(sandbox, parsed.value, call);
      if (object instanceof Refusal || paths.value.length === 0) return object;
      return expand(sandbox, object, paths.value);
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
  const requestId = newIdentifier('req_');
  response.setHeader('request-id', requestId);
  response.setHeader('stripe-version', API_VERSION);
  const refused =
    authenticate(sandbox, request.get('authorization')) ?? checkVersion(request.get('stripe-version'));
  if (refused) return send(response, refusalAnswer(refused, requestId));
  const query = request.originalUrl.split('?')[1] ?? '';
  const form = readForm(route.method === 'post' ? bodyText(request) : query);
  if (!form.ok) return send(response, refusalAnswer(form.refusal, requestId));

  const key = route.method === 'get' ? undefined : request.get('idempotency-key');
  const call = {
    id: String(request.params.id ?? ''),
    cause: { id: requestId, idempotencyKey: key ?? null },
  };
  const fault = sandbox.apiFaults.take(request.method, request.path);
  if (key === undefined) {
    const answer = await perform(
      sandbox,
      fault,
      response,
      () => work(sandbox, route, form.form, call).answer,
    );
    if (answer) await sendDurably(sandbox, route, response, answer);
    return;
  }
  response.setHeader('idempotency-key', key);
  const beginning = idempotency.begin(key, request.method, request.path, form.form);
  if (beginning.kind === 'refused') return send(response, refusalAnswer(beginning.refusal, requestId));
  if (beginning.kind === 'replay') {
    response.setHeader('idempotent-replayed', 'true');
    response.setHeader('original-request', beginning.answer.requestId);
    return send(response, beginning.answer);
  }
  try {
    const answer = await perform(sandbox, fault, response, () => {
      const done = work(sandbox, route, form.form, call);
      const { fingerprint } = beginning;
      if (done.saved) idempotency.save(key, { fingerprint, requestId, savedAt: Date.now(), ...done.answer });
      return done.answer;
    });
    if (answer) await sendDurably(sandbox, route, response, answer);
  } finally {
    idempotency.end(key);
  }
}

function work(
  sandbox: Sandbox,
  route: ApiRoute,
  form: Record<string, unknown>,
  call: Call,
): { answer: Answer; saved: boolean } {
  const object = route.answer(sandbox, form, call);
  if (object instanceof Refusal) return { answer: refusalAnswer(object, call.cause.id), saved: object.saved };
  return { answer: { status: 200, body: JSON.stringify(object) }, saved: true };
}

/** Does the work, around the fault that was asked for. Returns null when the connection has been dropped. */
async function perform(
  sandbox: Sandbox,
  fault: ApiFault | undefined,
  response: Response,
  doWork: () => Answer,
): Promise<Answer | null> {
  if (!fault) return doWork();
  sandbox.log.info(
    { fault: fault.fault, when: fault.when },
    'an API call meets the fault that was asked for',
  );
  if (fault.when === 'before' && fault.fault !== 'delay') return fail(fault, response);
  if (fault.when === 'before') await sleep(fault.delayMs);
  const answer = doWork();
  if (fault.when === 'before') return answer;
  if (fault.fault !== 'delay') return fail(fault, response);
  await sleep(fault.delayMs);
  return answer;
}

function fail(fault: ApiFault, response: Response): Answer | null {
  if (fault.fault === 'error') {
    return refusalAnswer(
      serverError('An error made on purpose, as it was asked for.'),
      String(response.getHeader('request-id')),
    );
  }
  response.socket?.destroy();
  return null;
}

function refusalAnswer(refusal: Refusal, requestId: string): Answer {
  return { status: refusal.status, body: refusal.toJson(requestId) };
}

async function sendDurably(
  sandbox: Sandbox,
  route: ApiRoute,
  response: Response,
  answer: Answer,
): Promise<void> {
  if (route.durable) await sandbox.store.durable();
  send(response, answer);
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
