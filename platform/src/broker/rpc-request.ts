import type { RpcContract } from '@micromall/contracts';
import type { ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { Identity, VerifyIdentity } from '../identity.js';
import type { Logger } from '../logging.js';
import { accessRefusal, type Caller, callIdOf, type Refusal, senderOf } from './authorisation.js';
import { headerNames, numberHeader, textHeader } from './headers.js';
import { parseJson } from './parse.js';

/** A request whose body is right and whose caller may have it done. */
export interface AcceptedRequest {
  /** As the contract's schema parsed it. */
  readonly value: unknown;
  readonly caller: Caller;
}

/** Parses a request and finds out for whom it is done; refuses what is malformed and who may not have it done. */
export async function readRequest(
  contract: RpcContract,
  message: ConsumeMessage,
  verifyIdentity: VerifyIdentity,
  logger: Logger,
): Promise<AcceptedRequest | Refusal> {
  const sender = senderOf(contract, message);
  if (typeof sender !== 'string') return sender;
  const body = parseBody(contract, message);
  if ('fault' in body) return body;
  const caller = await authorise(contract, message, sender, verifyIdentity, logger);
  if ('fault' in caller) return caller;
  return { value: body.value, caller };
}

/** When the caller of a request stops waiting, in milliseconds since 1970. */
export function deadlineOf(message: ConsumeMessage): number | undefined {
  return numberHeader(message, headerNames.deadline);
}

function parseBody(contract: RpcContract, message: ConsumeMessage): { value: unknown } | Refusal {
  const body = parseJson(message.content);
  if (!body.ok) return { fault: 'malformed-request', message: body.problem, park: 'malformed' };
  const parsed = contract.request.safeParse(body.value);
  if (parsed.success) return { value: parsed.data };
  const example = JSON.stringify(contract.example.request);
  const text = `The body is not right:\n${z.prettifyError(parsed.error)}\nA right one: ${example}`;
  return { fault: 'malformed-request', message: text, park: 'malformed' };
}

async function authorise(
  contract: RpcContract,
  message: ConsumeMessage,
  from: Caller['from'],
  verifyIdentity: VerifyIdentity,
  logger: Logger,
): Promise<Caller | Refusal> {
  const token = textHeader(message, headerNames.identity);
  let identity: Identity | undefined;
  try {
    identity = token === undefined ? undefined : await verifyIdentity(token);
  } catch (error) {
    // Without auth-service's keys nobody can be authenticated. The request is answered, not delivered for ever.
    logger.error({ err: error }, 'an identity could not be verified');
    return {
      fault: 'failed',
      message: 'Who asks could not be verified; try again later.',
      park: undefined,
    };
  }
  const refusal = accessRefusal(contract.access, from, identity);
  if (refusal) return { fault: 'forbidden', message: refusal, park: undefined };
  const deadlineMs = deadlineOf(message);
  return {
    from,
    identity,
    callId: callIdOf(message),
    deadline: deadlineMs === undefined ? undefined : new Date(deadlineMs),
  };
}
