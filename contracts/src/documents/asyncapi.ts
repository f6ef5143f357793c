import { z } from 'zod';
import { allEventContracts, allRpcContracts } from '../messages.js';
import { names } from '../topology.js';

/** What the wire carries, as JSON Schema: a value that the schema transforms is described as it is sent. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return described;
}

function channel(exchange: string, type: 'direct' | 'topic', routingKey: string, messages: object): object {
  return {
    address: routingKey,
    messages,
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { name: exchange, type, durable: true, vhost: '/' },
        bindingVersion: '0.3.0',
      },
    },
  };
}

/** An AsyncAPI 3.0 description of every message (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export function asyncApiDocument(): object {
  const channels: Record<string, object> = {
    reply: {
      address: null,
      description:
        "Where answers go: the exchange `reply`, with the name of the caller's own queue as routing key.",
      messages: Object.fromEntries(
        allRpcContracts.map(({ queue }) => [
          `${queue}.reply`,
          { $ref: `#/components/messages/${queue}.reply` },
        ]),
      ),
    },
  };
  const operations: Record<string, object> = {};
  const messages: Record<string, object> = {};

  for (const contract of allRpcContracts) {
    const { queue } = contract;
    messages[`${queue}.request`] = {
      summary: contract.summary,
      contentType: 'application/json',
      correlationId: { location: '$message.header#/correlationId' },
      payload: jsonSchema(contract.request),
      examples: [{ payload: contract.example.request }],
    };
    messages[`${queue}.reply`] = {
      contentType: 'application/json',
      correlationId: { location: '$message.header#/correlationId' },
      payload: {
        oneOf: [
          jsonSchema(z.object({ ok: z.literal(true) }).extend(contract.response.shape)),
          jsonSchema(
            z.object({
              ok: z.literal(false),
              error: z.object({
                code: z.enum([...Object.keys(contract.failures), 'malformed-request', 'forbidden', 'failed']),
                message: z.string(),
                details: z.unknown().optional(),
              }),
            }),
          ),
        ],
      },
      examples: [{ payload: { ok: true, ...contract.example.response } }],
    };
    channels[queue] = channel(names.rpcExchange(contract.owner), 'direct', queue, {
      [`${queue}.request`]: { $ref: `#/components/messages/${queue}.request` },
    });
    operations[`${contract.owner}.${queue}`] = {
      action: 'receive',
      summary: contract.summary,
      channel: { $ref: `#/channels/${queue}` },
      messages: [{ $ref: `#/channels/${queue}/messages/${queue}.request` }],
      reply: {
        address: { location: '$message.header#/replyTo' },
        channel: { $ref: '#/channels/reply' },
        messages: [{ $ref: `#/channels/reply/messages/${queue}.reply` }],
      },
    };
  }
  for (const contract of allEventContracts) {
    const { name } = contract;
    messages[name] = {
      summary: contract.summary,
      contentType: 'application/json',
      payload: jsonSchema(contract.payload),
      examples: [{ payload: contract.example }],
    };
    channels[name] = channel(names.eventExchange(contract.emitter), 'topic', name, {
      [name]: { $ref: `#/components/messages/${name}` },
    });
    operations[`${contract.emitter}.${name}`] = {
      action: 'send',
      summary: contract.summary,
      channel: { $ref: `#/channels/${name}` },
    };
    for (const subscriber of contract.subscribers) {
      operations[`${subscriber}.on-${name}`] = { action: 'receive', channel: { $ref: `#/channels/${name}` } };
    }
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'MicroMall',
      version: '1.0.0',
      description:
        'Every message between the services of the shop. Generated from contracts/ by `npm run generate`.',
      license: { name: 'MIT' },
    },
    servers: { local: { host: 'localhost:5672', protocol: 'amqp', description: 'RabbitMQ, virtual host /' } },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { messages },
  };
}
