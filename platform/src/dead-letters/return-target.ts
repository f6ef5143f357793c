import { allRpcContracts, names, type ServiceName } from '@micromall/contracts';
import type { Origin } from '../broker/origin.js';
import type { ParkedMessage } from './parked-message.js';

/** Whose a message is when it is sent back, or why it can't be, in a sentence for the person who decides. */
export type ReturnTarget = { readonly origin: Origin } | { readonly why: string };

const sentences = {
  withheld:
    'Its body was not kept, because messages of this queue hold a password or the like. Ask the person to try again, and discard this.',
  unknown:
    'It is not known who published it. Publish it again by hand in the RabbitMQ GUI if it is right, and discard this.',
  personal:
    'It was asked for by a person, and dead letters do not keep who that was. Ask the person to try again, and discard this.',
} as const;

/** A message that is sent back has the rights that it had before, or less: the identity of a person is not kept. */
export function returnTargetOf(parked: ParkedMessage, service: ServiceName): ReturnTarget {
  const { origin, queue } = parked;
  if (parked.withheldBytes !== undefined) return { why: sentences.withheld };
  if (!origin) return { why: sentences.unknown };
  if (queue === names.eventQueue(service)) return { origin };
  const contract = allRpcContracts.find((known) => known.queue === queue && known.owner === service);
  if (!contract) return { why: `${service} has no queue ${queue} any more.` };
  const needsPerson: readonly string[] = origin.exchange === '' ? ['person'] : ['person', 'shopper', 'admin'];
  return needsPerson.includes(contract.access) ? { why: sentences.personal } : { origin };
}
