import {
  type ChosenDeadLetters,
  type DeadLetter,
  type DeadLetterContracts,
  deadLettersPerPage,
  type ServiceName,
} from '@micromall/contracts';
import type { Caller } from '../broker/authority.js';
import type { Parking } from '../broker/parking.js';
import type { RpcServer } from '../broker/rpc-server.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { type ParkedMessage, shown } from './parked-message.js';
import type { ParkedQueue } from './parked-queue.js';
import { returnable } from './returnable.js';

/** What is left of the caller's patience when a walk ends, for the answer, in milliseconds. */
const answerMarginMs = 1_000;
/** How long a walk takes at most when nobody waits for its answer, in milliseconds. */
const longestWalkMs = 9_000;

interface Parts {
  readonly service: ServiceName;
  readonly server: RpcServer;
  readonly parked: ParkedQueue;
  readonly parking: Parking;
  readonly logger: Logger;
  readonly metrics: PlatformMetrics;
}

/** Lets admins see what a service could not handle, and decide about it. */
export function serveDeadLetters(contracts: DeadLetterContracts, parts: Parts): void {
  const { service, server, parked, parking, logger, metrics } = parts;

  server.serve(contracts.list, async ({ skip }, caller) => {
    const deadLetters: DeadLetter[] = [];
    let seen = 0;
    const total = await parked.walk({
      until: endOf(caller),
      enough: () => deadLetters.length === deadLettersPerPage,
      visit: (letter) => {
        seen += 1;
        if (seen > skip) {
          const target = returnable(letter, service);
          deadLetters.push(shown(letter, 'why' in target ? target.why : null));
        }
        return 'leave';
      },
    });
    return { ok: true, deadLetters, total };
  });

  server.serve(contracts.sendBack, async (request, caller) => {
    const choice = choiceOf(request);
    const refused: { id: string; why: string }[] = [];
    let sentBack = 0;
    const remaining = await parked.walk({
      until: endOf(caller),
      enough: choice.exhausted,
      visit: async (letter) => {
        if (!choice.takes(letter)) return 'leave';
        const target = returnable(letter, service);
        if ('why' in target) {
          if (refused.length < deadLettersPerPage) refused.push({ id: letter.id, why: target.why });
          return 'leave';
        }
        await parking.giveBack(letter.message, { ...letter, origin: target.origin });
        settled(letter, 'sent-back', caller);
        sentBack += 1;
        return 'remove';
      },
    });
    return { ok: true, sentBack, refused, remaining };
  });

  server.serve(contracts.discard, async (request, caller) => {
    const choice = choiceOf(request);
    let discarded = 0;
    const remaining = await parked.walk({
      until: endOf(caller),
      enough: choice.exhausted,
      visit: (letter) => {
        if (!choice.takes(letter)) return 'leave';
        settled(letter, 'discarded', caller);
        discarded += 1;
        return 'remove';
      },
    });
    return { ok: true, discarded, remaining };
  });

  function settled(letter: ParkedMessage, outcome: 'sent-back' | 'discarded', caller: Caller): void {
    metrics.deadLettersSettled.inc({ queue: letter.queue, outcome });
    logger.info(
      {
        deadLetter: letter.id,
        from: letter.queue,
        reason: letter.reason,
        ofTrace: letter.traceId,
        outcome,
        by: caller.identity?.userId ?? caller.from,
      },
      'dead letter settled',
    );
  }
}

interface Choice {
  /** Whether a letter is among those meant; of several with one id, the first. */
  takes(letter: ParkedMessage): boolean;
  exhausted(): boolean;
}

function choiceOf(chosen: ChosenDeadLetters): Choice {
  if ('all' in chosen) return { takes: () => true, exhausted: () => false };
  const wanted = new Set(chosen.ids);
  return { takes: ({ id }) => wanted.delete(id), exhausted: () => wanted.size === 0 };
}

function endOf({ deadline }: Caller): number {
  const latest = Date.now() + longestWalkMs;
  return deadline ? Math.min(latest, deadline.getTime() - answerMarginMs) : latest;
}
