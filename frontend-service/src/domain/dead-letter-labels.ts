import type { DeadLetter, DeadLetterContracts, RpcReply } from '@micromall/contracts';
import type { Notice } from './notice.js';

const reasons: Record<DeadLetter['reason'], string> = {
  malformed: 'Malformed',
  exhausted: 'Failed after every try',
  failed: 'Failed',
  'maybe-done': 'Perhaps done already',
  unexpected: 'Not expected here',
  abandoned: 'Its service ended with it in hand',
};

const timeFormat = new Intl.DateTimeFormat('en-SG', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});

/** What a dead letter's codes mean to a person. */
export function deadLetterLabels({ reason, body, parkedAt, attempts }: DeadLetter): {
  readonly reason: string;
  readonly body: string;
  readonly parkedAt: string;
  readonly attempts: string;
} {
  return {
    reason: reasons[reason],
    body: bodyLabel(body),
    parkedAt: parkedAt === null ? 'at an unknown time' : `${timeFormat.format(new Date(parkedAt))} UTC`,
    attempts: attempts === 1 ? 'tried once' : `tried ${attempts} times`,
  };
}

function bodyLabel({ form, bytes }: DeadLetter['body']): string {
  if (form === 'withheld') return `Body: ${bytes} bytes, not kept because it may hold a password`;
  if (form === 'binary') return `Body: ${bytes} bytes that are no text; the first in hexadecimal`;
  return form === 'cut' ? `Body: the beginning of ${bytes} bytes` : `Body: ${bytes} bytes`;
}

/** What became of "Send back". */
export function sentBackNotice(reply: RpcReply<DeadLetterContracts['sendBack']>): Notice {
  const { sentBack, refused, remaining } = reply;
  const [first] = refused;
  if (first && sentBack === 0) return { kind: 'alert', text: `Nothing was sent back. ${first.why}` };
  const left = remaining === 0 ? '' : ` ${remaining} are left.`;
  return { kind: first ? 'alert' : 'good', text: `${messages(sentBack)} sent back.${left}` };
}

/** What became of "Discard". */
export function discardedNotice(reply: RpcReply<DeadLetterContracts['discard']>): Notice {
  const left = reply.remaining === 0 ? '' : ` ${reply.remaining} are left.`;
  return { kind: 'good', text: `${messages(reply.discarded)} discarded.${left}` };
}

function messages(count: number): string {
  if (count === 0) return 'It was not there any more: nothing was';
  return count === 1 ? 'One message was' : `${count} messages were`;
}
