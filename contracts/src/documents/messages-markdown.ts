import type { EventContract, RpcContract } from '../define.js';
import { allEventContracts, allRpcContracts } from '../messages.js';
import { serviceNames } from '../services.js';
import { deliveryLimit, names, retryDelaysMs } from '../topology.js';

const accessInWords: Record<RpcContract['access'], string> = {
  anyone: 'anyone',
  shopper: 'a person who is logged in',
  person: 'a person who is logged in (from the GUI too: header `x-identity`)',
  admin: 'an admin',
  service: 'services only',
};

const effectInWords: Record<RpcContract['effect'], string> = {
  read: 'changes nothing',
  idempotent: 'the second time changes nothing',
  once: 'counts once per message id',
};

function json(value: unknown): string {
  return ['```json', JSON.stringify(value, null, 2), '```'].join('\n');
}

function rpcSection(contract: RpcContract): string {
  const failures = Object.entries(contract.failures).map(
    ([code, { meaning }]) => `| \`${code}\` | ${meaning} |`,
  );
  return [
    `### \`${contract.queue}\``,
    contract.summary,
    [
      `- Exchange \`${names.rpcExchange(contract.owner)}\`, routing key \`${contract.queue}\``,
      `- Callers: ${contract.callers.map((caller) => `\`${caller}\``).join(', ')}; on behalf of ${accessInWords[contract.access]}`,
      `- Delivered twice: ${effectInWords[contract.effect]}. A caller waits ${contract.timeoutMs} ms.`,
    ].join('\n'),
    'To paste into the queue page of the RabbitMQ GUI:',
    json(contract.example.request),
    'The answer:',
    json({ ok: true, ...contract.example.response }),
    ...(failures.length > 0 ? [['| failure | meaning |', '| --- | --- |', ...failures].join('\n')] : []),
  ].join('\n\n');
}

function eventSection(contract: EventContract): string {
  const consumers = contract.subscribers
    .map((subscriber) => `\`${names.eventQueue(subscriber)}\``)
    .join(', ');
  return [
    `### \`${contract.name}\``,
    contract.summary,
    `- Exchange \`${names.eventExchange(contract.emitter)}\`; consumed by ${consumers || 'nobody yet'}`,
    json(contract.example),
  ].join('\n\n');
}

/** `docs/messages.md`: each queue and event with something to paste into the RabbitMQ GUI. */
export function messagesMarkdown(): string {
  const owners = serviceNames.filter((service) =>
    allRpcContracts.some((contract) => contract.owner === service),
  );
  return `${[
    '# Messages',
    'Generated from `contracts/` by `npm run generate`; a test keeps it up to date.',
    [
      'Open the RabbitMQ GUI (http://localhost:15672, `admin` / `admin` in development), choose a queue, and publish a',
      'payload from below. With the property `reply_to` set to `gui-replies` the answer appears in the queue',
      '`gui-replies` ("Get messages"); any queue that is bound to the exchange `reply` by its own name works the same.',
      'Without `reply_to` the work is done all the same and the outcome stands in the log of the service.',
      'Set `message_id` to send the same request twice and have it count once.',
    ].join('\n'),
    [
      'Every answer is `{"ok": true, …}` or `{"ok": false, "error": {"code", "message", "details"?}}`. Beside the failures',
      'listed with each queue there are three faults: `malformed-request` (the message says what is wrong, and a copy is',
      'put into `parking.<service>`), `forbidden`, and `failed` (the log has the reason under the trace id in the message).',
    ].join('\n'),
    [
      `An event whose handler fails is tried again after ${retryDelaysMs.map((delay) => `${delay / 1_000} s`).join(', ')}; then it is parked in`,
      '`parking.<service>` with the headers `x-reason`, `x-first-error`, `x-attempt`, `x-origin-exchange`, `x-origin-key` and',
      `\`x-origin-queue\`. An event whose consumer dies ${deliveryLimit} times is parked by the broker itself.`,
    ].join('\n'),
    '## Queues that do work and answer',
    ...owners.flatMap((owner) => [
      `## ${owner}`,
      ...allRpcContracts.filter((contract) => contract.owner === owner).map(rpcSection),
    ]),
    '## Events',
    ...allEventContracts.map(eventSection),
  ].join('\n\n')}\n`;
}
