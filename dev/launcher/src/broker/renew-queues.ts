import { connect } from 'amqplib';
import { changedQueues, type Management } from './management.js';

/**
 * Makes the queues anew that an earlier version of the shop made with other arguments, which RabbitMQ can't change.
 * One that holds messages stays as it is, for nothing may get lost. Nobody may use the broker meanwhile.
 * @param url for a user who may do everything
 */
export async function renewChangedQueues(
  url: string,
  management: Management,
  definitions: object,
): Promise<void> {
  const changed = await changedQueues(management, definitions);
  if (changed.length === 0) return;
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const name of changed) {
      const { messageCount } = await channel.checkQueue(name);
      if (messageCount === 0) await channel.deleteQueue(name);
    }
  } finally {
    await connection.close();
  }
  await management.post('definitions', definitions);
}
