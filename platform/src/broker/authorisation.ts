import { type Access, names, type RpcContract, type ServiceName, serviceNames } from '@micromall/contracts';
import type { ConsumeMessage } from 'amqplib';
import type { Identity } from '../identity.js';
import type { RemoteFault } from './errors.js';
import { headerNames } from './headers.js';
import { originOf } from './origin.js';
import type { ParkReason } from './parking.js';

/** Who asks, as far as it could be verified. */
export interface Caller {
  /** The service whose broker user published the request, or the operator who published it by hand. */
  readonly from: ServiceName | 'operator';
  /** The person for whom it is done, if one is logged in. */
  readonly identity: Identity | undefined;
  /** The same for each delivery of one request; undefined only if the operator gave none. */
  readonly callId: string | undefined;
  /** When the caller stops waiting. */
  readonly deadline: Date | undefined;
}

/** Why a request is not done, and whether a copy of it is put aside. */
export interface Refusal {
  readonly fault: RemoteFault;
  readonly message: string;
  readonly park: ParkReason | undefined;
  /** What the people of the shop may read in the dead letters, if that is more than the caller gets. */
  readonly firstError?: string;
}

/** The id that is the same for each delivery of one request. */
export function callIdOf(message: ConsumeMessage): string | undefined {
  const id: unknown = message.properties.correlationId ?? message.properties.messageId;
  return id === undefined ? undefined : String(id);
}

/** Who published a request, if that one may; and if a second delivery of it does no harm. */
export function senderOf(contract: RpcContract, message: ConsumeMessage): Caller['from'] | Refusal {
  const from = callerName(message, contract.owner);
  if (from === undefined || (from !== 'operator' && !contract.callers.includes(from))) {
    const who = originOf(message, contract.owner).user ?? 'an unknown user';
    return { fault: 'forbidden', message: `${who} may not use ${contract.queue}.`, park: 'unexpected' };
  }
  if (contract.effect === 'once' && callIdOf(message) === undefined && message.fields.redelivered) {
    return {
      fault: 'failed',
      message: 'This request was delivered before and has no message id: whether it was done is unknown.',
      park: 'maybe-done',
    };
  }
  return from;
}

/** Whether a request came out of the owner's dead letters: nobody waits for it, and nobody would ask again. */
export function isReturned(message: ConsumeMessage, owner: ServiceName): boolean {
  return message.fields.exchange === names.returnedExchange(owner);
}

/**
 * Only people whom the broker lets write to the default exchange reach a queue without a service's exchange, and no
 * service is among them; `userId` is checked by the broker against the connection's user. A request out of the dead
 * letters is whose it was before.
 */
function callerName(message: ConsumeMessage, owner: ServiceName): ServiceName | 'operator' | undefined {
  const { exchange, user } = originOf(message, owner);
  if (exchange === '') return 'operator';
  return serviceNames.find((name) => name === user);
}

/** Why this caller may not have the work done, or undefined if it may. */
export function accessRefusal(
  access: Access,
  from: Caller['from'],
  identity: Identity | undefined,
): string | undefined {
  if (from === 'operator') {
    if (access !== 'person' || identity) return undefined;
    return `This is about a person's own things: add the header ${headerNames.identity} with an identity from login.`;
  }
  if (access === 'admin' && identity?.role !== 'admin') return 'Only an admin may do this.';
  if ((access === 'shopper' || access === 'person') && !identity) return 'Log in first.';
  return undefined;
}
