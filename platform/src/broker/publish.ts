import type { ConfirmChannel, Options } from 'amqplib';

/** The broker did not take a message: it is not known to be anywhere. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * Publishes and waits until the broker has taken responsibility for the message
 * (https://www.rabbitmq.com/docs/confirms#publisher-confirms).
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
    // A channel that closes calls back for its unconfirmed messages with an error.
    channel.publish(exchange, routingKey, content, options, (error: unknown) => {
      if (error)
        reject(
          new PublishError(`the broker did not take a message for ${exchange} ${routingKey}`, {
            cause: error,
          }),
        );
      else resolve();
    });
  });
}
