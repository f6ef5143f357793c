import {
  allEventContracts,
  allRpcContracts,
  names,
  type ServiceName,
  servicesWithDeadLetters,
} from '@micromall/contracts';
import { remoteFaults, rpcFaults } from './broker/errors.js';
import { type PlatformMetrics, startAtZero } from './metrics.js';

/**
 * Gives each counter of a service its series before anything is counted, so that no rate misses the first event. The
 * outcomes are those that panels and alarms select: `ok` and the faults. The failures of a contract are proper answers,
 * which no alarm counts, and would be some hundred series more.
 */
export function startCountersAtZero(service: ServiceName, metrics: PlatformMetrics): void {
  const called = allRpcContracts.filter(({ callers }) => callers.includes(service)).map(({ queue }) => queue);
  const served = allRpcContracts.filter(({ owner }) => owner === service).map(({ queue }) => queue);
  const published = allEventContracts.filter(({ emitter }) => emitter === service).map(({ name }) => name);
  const consumed = allEventContracts
    .filter(({ subscribers }) => subscribers.includes(service))
    .map(({ name }) => name);
  const eventQueues = consumed.length > 0 ? [names.eventQueue(service)] : [];

  for (const queue of called) metrics.rpcCircuitOpen.set({ queue }, 0);
  startAtZero(metrics.rpcCalls, { queue: called, outcome: ['ok', ...rpcFaults] });
  startAtZero(metrics.rpcServed, { queue: served, outcome: ['ok', ...remoteFaults, 'expired', 'unsettled'] });
  startAtZero(metrics.eventsPublished, { event: published, outcome: ['confirmed', 'failed'] });
  startAtZero(metrics.eventsConsumed, { event: consumed, outcome: ['handled', 'retried', 'parked'] });
  startAtZero(metrics.messagesParked, {
    queue: served,
    reason: ['malformed', 'failed', 'maybe-done', 'unexpected'],
  });
  startAtZero(metrics.messagesParked, {
    queue: eventQueues,
    reason: ['malformed', 'exhausted', 'unexpected'],
  });
  if (servicesWithDeadLetters.includes(service))
    startAtZero(metrics.deadLettersSettled, {
      queue: [...served, ...eventQueues],
      outcome: ['sent-back', 'discarded'],
    });
}
