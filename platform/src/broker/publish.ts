import type { ConfirmChannel, Message, Options } from 'amqplib';

/** The broker did not take a message: it is not known to be anywhere. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * Publishes and waits until the broker has taken responsibility for the message
 * (https://www.rabbitmq.com/docs/confirms#publisher-confirms). With the option `mandatory`, also until it is known to
 * be in a queue: the broker confirms what it throws away because no queue is bound.
 * @throws {PublishError} when there is no channel, it is lost meanwhile, or the broker refuses
 */
export function publishConfirmed(
  channel: ConfirmChannel | undefined,
  exchange: string,
  routingKey: string,
  content: Buffer,
  options: Options.Publish,
): Promise<void> {
  if (!channel) return Promise.reject(new PublishError('there is no connection to the broker'));
  return new Promise((resolve, reject) => {
    let unroutable = false;
    // The broker returns a message before it confirms it; all with one route share its fate.
    const watch = ({ fields }: Message): void => {
      unroutable ||= fields.exchange === exchange && fields.routingKey === routingKey;
    };
    if (options.mandatory) channel.on('return', watch);
    // A channel that closes calls back for its unconfirmed messages with an error.
    channel.publish(exchange, routingKey, content, options, (error: unknown) => {
      channel.off('return', watch);
      if (!error && !unroutable) return resolve();
      const what = `the broker did not take a message for ${exchange} ${routingKey}`;
      reject(new PublishError(unroutable ? `${what}: no queue is bound` : what, { cause: error }));
    });
  });
}
