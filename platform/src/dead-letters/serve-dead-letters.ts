import {
  type ChosenDeadLetters,
  type DeadLetter,
  type DeadLetterContracts,
  deadLettersPerPage,
  type ServiceName,
} from '@micromall/contracts';
import type { Caller } from '../broker/authorisation.js';
import type { Parking } from '../broker/parking.js';
import type { RpcServer } from '../broker/rpc-server.js';
import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import { type ParkedMessage, toDeadLetter } from './parked-message.js';
import type { ParkedQueue } from './parked-queue.js';
import { returnTargetOf } from './return-target.js';

/** How long before its caller's deadline a scan ends, so that the answer still arrives, in milliseconds. */
const answerMarginMs = 1_000;
/** How long a scan takes at most when nobody waits for its answer, in milliseconds. */
const longestScanMs = 9_000;

interface Dependencies {
  readonly service: ServiceName;
  readonly server: RpcServer;
  readonly parked: ParkedQueue;
  readonly parking: Parking;
  readonly logger: Logger;
  readonly metrics: PlatformMetrics;
}

/** Serves the queues on which admins see what a service could not handle, and decide about it. */
export function serveDeadLetters(contracts: DeadLetterContracts, dependencies: Dependencies): void {
  const { service, server, parked, parking, logger, metrics } = dependencies;

  server.serve(contracts.list, async ({ skip }, caller) => {
    const deadLetters: DeadLetter[] = [];
    let seen = 0;
    const total = await parked.scan({
      until: endOf(caller),
      enough: () => deadLetters.length === deadLettersPerPage,
      visit: (letter) => {
        seen += 1;
        if (seen > skip) {
          const target = returnTargetOf(letter, service);
          deadLetters.push(toDeadLetter(letter, 'why' in target ? target.why : null));
        }
        return 'leave';
      },
    });
    return { ok: true, deadLetters, total };
  });

  server.serve(contracts.sendBack, async (request, caller) => {
    const selection = selectionOf(request);
    const refused: { id: string; why: string }[] = [];
    let sentBack = 0;
    const remaining = await parked.scan({
      until: endOf(caller),
      enough: selection.exhausted,
      visit: async (letter) => {
        if (!selection.includes(letter)) return 'leave';
        const target = returnTargetOf(letter, service);
        if ('why' in target) {
          if (refused.length < deadLettersPerPage) refused.push({ id: letter.id, why: target.why });
          return 'leave';
        }
        await parking.giveBack(letter.message, { ...letter, origin: target.origin });
        recordSettled(letter, 'sent-back', caller);
        sentBack += 1;
        return 'remove';
      },
    });
    return { ok: true, sentBack, refused, remaining };
  });

  server.serve(contracts.discard, async (request, caller) => {
    const selection = selectionOf(request);
    let discarded = 0;
    const remaining = await parked.scan({
      until: endOf(caller),
      enough: selection.exhausted,
      visit: (letter) => {
        if (!selection.includes(letter)) return 'leave';
        recordSettled(letter, 'discarded', caller);
        discarded += 1;
        return 'remove';
      },
    });
    return { ok: true, discarded, remaining };
  });

  function recordSettled(letter: ParkedMessage, outcome: 'sent-back' | 'discarded', caller: Caller): void {
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

interface Selection {
  /** Whether a letter is among those named; of several with one id, the first. */
  includes(letter: ParkedMessage): boolean;
  exhausted(): boolean;
}

function selectionOf(chosen: ChosenDeadLetters): Selection {
  if ('all' in chosen) return { includes: () => true, exhausted: () => false };
  const wanted = new Set(chosen.ids);
  return { includes: ({ id }) => wanted.delete(id), exhausted: () => wanted.size === 0 };
}

function endOf({ deadline }: Caller): number {
  const latest = Date.now() + longestScanMs;
  return deadline ? Math.min(latest, deadline.getTime() - answerMarginMs) : latest;
}
