import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { reply } from './calls.js';

/** The least that an RPC over RabbitMQ can be: no schema, no deadline, no trace, no confirm, no metrics. */
export async function serveBare(url: string): Promise<void> {
  const channel = await (await connect(url, { noDelay: true })).createChannel();
  await channel.prefetch(64);
  await channel.consume('check-payment', (message) => {
    if (!message) return;
    JSON.parse(message.content.toString());
    const { replyTo, correlationId } = message.properties;
    channel.publish('reply', String(replyTo), Buffer.from(JSON.stringify(reply)), {
      correlationId: String(correlationId),
    });
    channel.ack(message);
  });
}

export async function callBare(url: string): Promise<(request: object) => Promise<unknown>> {
  const channel = await (await connect(url, { noDelay: true })).createChannel();
  const replyTo = `reply.order-service.${randomUUID()}`;
  await channel.assertQueue(replyTo, { exclusive: true, autoDelete: true, durable: false });
  await channel.bindQueue(replyTo, 'reply', replyTo);
  const waiting = new Map<string, (body: unknown) => void>();
  await channel.consume(
    replyTo,
    (message) => {
      const id = String(message?.properties.correlationId);
      if (message) waiting.get(id)?.(JSON.parse(message.content.toString()));
      waiting.delete(id);
    },
    { noAck: true },
  );
  let calls = 0;
  return (request) =>
    new Promise((resolve) => {
      const correlationId = String(++calls);
      waiting.set(correlationId, resolve);
      channel.publish('rpc.payment-service', 'check-payment', Buffer.from(JSON.stringify(request)), {
        correlationId,
        replyTo,
      });
    });
}
