import type { ConfirmChannel, Message, Options } from 'amqplib';

/** The broker did not take a message, as far as is known. Publishing it again with the same id is right. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/** How long the broker may take to confirm a message, in milliseconds. */
export const confirmTimeoutMs = 10_000;

/** Where a message goes, and what it is. */
export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/**
 * Publishes and waits until the broker has taken responsibility for the message
 * (https://www.rabbitmq.com/docs/confirms#publisher-confirms). With the option `mandatory`, also until it is known to
 * be in a queue: the broker confirms what it throws away because no queue is bound.
 * @param timeoutMs how long to wait for the confirm, in milliseconds
 * @throws {PublishError} when there is no channel, it is lost meanwhile, the broker refuses, or it does not confirm in
 * time: a blocked broker may still take the message later
 */
export function publishConfirmed(
  channel: ConfirmChannel | undefined,
  { exchange, routingKey, content, options }: Publication,
  timeoutMs: number = confirmTimeoutMs,
): Promise<void> {
  if (!channel) return Promise.reject(new PublishError('there is no connection to the broker'));
  return new Promise((resolve, reject) => {
    const what = `the broker did not take a message for ${exchange} ${routingKey}`;
    let unroutable = false;
    // The broker returns a message before it confirms it; all with one route share its fate.
    const onReturn = ({ fields }: Message): void => {
      unroutable ||= fields.exchange === exchange && fields.routingKey === routingKey;
    };
    const timer = setTimeout(() => {
      channel.off('return', onReturn);
      reject(new PublishError(`${what}: no confirm within ${timeoutMs} ms`));
    }, timeoutMs);
    const onConfirm = (error: unknown): void => {
      clearTimeout(timer);
      channel.off('return', onReturn);
      if (unroutable) reject(new PublishError(`${what}: no queue is bound`));
      else if (error) reject(new PublishError(what, { cause: error }));
      else resolve();
    };
    if (options.mandatory) channel.on('return', onReturn);
    try {
      // A channel that closes calls back for its unconfirmed messages with an error.
      channel.publish(exchange, routingKey, content, options, onConfirm);
    } catch (error) {
      // The channel is closing, and does not take the callback any more.
      onConfirm(error);
    }
  });
}
