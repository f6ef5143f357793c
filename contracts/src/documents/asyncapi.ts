import { z } from 'zod';
import type { RpcContract } from '../define.js';
import { allEventContracts, allRpcContracts } from '../messages.js';
import * as primitives from '../primitives.js';
import * as auth from '../rpc/auth.js';
import * as cart from '../rpc/cart.js';
import * as deadLetters from '../rpc/dead-letters.js';
import * as order from '../rpc/order.js';
import * as payment from '../rpc/payment.js';
import * as product from '../rpc/product.js';
import { names } from '../topology.js';

/** What several messages contain, by the name of its export. */
const sharedSchemas: readonly (readonly [string, unknown])[] = [
  primitives,
  auth,
  cart,
  deadLetters,
  order,
  payment,
  product,
]
  .flatMap((exports): [string, unknown][] => Object.entries(exports))
  // A module's own order of exports differs from one loader to another.
  .sort(([a], [b]) => a.localeCompare(b));

/** The faults that every queue may answer with, beside the failures of its contract. */
const faults = ['malformed-request', 'forbidden', 'failed'];

/** The JSON Schemas of the document: each stands once, and is referred to from where it is used. */
class SchemaCollection {
  readonly #registry = z.registry<{ id: string }>();

  constructor() {
    for (const [id, schema] of sharedSchemas) {
      if (schema instanceof z.ZodType) this.#registry.add(schema, { id });
    }
  }

  /** Adds a schema, unless it is there already under another name. */
  reference(id: string, schema: z.ZodType): { $ref: string } {
    const known = this.#registry.get(schema)?.id;
    if (known === undefined) this.#registry.add(schema, { id });
    return { $ref: locationOf(known ?? id) };
  }

  /** All of them. A value that a schema transforms is described as it is sent. */
  described(): Record<string, object> {
    const { schemas } = z.toJSONSchema(this.#registry, {
      io: 'input',
      unrepresentable: 'any',
      uri: locationOf,
    });
    return Object.fromEntries(
      Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
    );
  }
}

function locationOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function failedReplyOf(codes: readonly string[]): z.ZodType {
  return z.object({
    ok: z.literal(false),
    error: z.object({
      code: z.enum([...codes, ...faults]),
      message: z.string(),
      details: z.unknown().optional(),
    }),
  });
}

const faultReply = failedReplyOf([]);

/** Answers with the same fields are one schema. */
const answers = new Map<z.ZodObject, z.ZodType>();

function answerOf(response: z.ZodObject): z.ZodType {
  const known = answers.get(response) ?? z.object({ ok: z.literal(true) }).extend(response.shape);
  answers.set(response, known);
  return known;
}

/** The reply to a call as it is sent. */
function replyPayload({ queue, response, failures }: RpcContract, schemas: SchemaCollection): object {
  const codes = Object.keys(failures);
  return {
    oneOf: [
      schemas.reference(`${queue}.answer`, answerOf(response)),
      codes.length === 0
        ? schemas.reference('fault', faultReply)
        : schemas.reference(`${queue}.failure`, failedReplyOf(codes)),
    ],
  };
}

/** How an exchange is reached; one for all of its channels. */
function exchangeBinding(exchange: string, type: 'direct' | 'topic'): object {
  return {
    amqp: {
      is: 'routingKey',
      exchange: { name: exchange, type, durable: true, vhost: '/' },
      bindingVersion: '0.3.0',
    },
  };
}

function channel(exchange: string, routingKey: string, messages: object): object {
  return {
    address: routingKey,
    messages,
    bindings: { $ref: `#/components/channelBindings/${exchange}` },
  };
}

/**
 * `docs/asyncapi.json`: an AsyncAPI 3.0 description of every message
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0). References and lists of values take one line each.
 */
export function asyncApiJson(): string {
  const text = JSON.stringify(asyncApiDocument(), null, 2)
    .replaceAll(/\{\n\s+("\$ref": "[^"]+")\n\s+\}/g, '{ $1 }')
    .replaceAll(
      /\[\n\s+([^[\]{}\n]+(?:\n\s+[^[\]{}\n]+)*)\n\s+\]/g,
      (_list, values: string) => `[${values.replaceAll(/\n\s+/g, ' ')}]`,
    );
  return `${text}\n`;
}

function asyncApiDocument(): object {
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
  const schemas = new SchemaCollection();
  const channelBindings: Record<string, object> = {};

  for (const contract of allRpcContracts) {
    const { queue } = contract;
    messages[`${queue}.request`] = {
      summary: contract.summary,
      correlationId: { $ref: '#/components/correlationIds/call' },
      payload: schemas.reference(`${queue}.request`, contract.request),
      examples: [{ payload: contract.example.request }],
    };
    messages[`${queue}.reply`] = {
      correlationId: { $ref: '#/components/correlationIds/call' },
      payload: replyPayload(contract, schemas),
      examples: [{ payload: { ok: true, ...contract.example.response } }],
    };
    const exchange = names.rpcExchange(contract.owner);
    channelBindings[exchange] = exchangeBinding(exchange, 'direct');
    channels[queue] = channel(exchange, queue, {
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
      payload: schemas.reference(`${name}.payload`, contract.payload),
      examples: [{ payload: contract.example }],
    };
    const exchange = names.eventExchange(contract.emitter);
    channelBindings[exchange] = exchangeBinding(exchange, 'topic');
    channels[name] = channel(exchange, name, {
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
    components: {
      channelBindings,
      correlationIds: { call: { location: '$message.header#/correlationId' } },
      messages,
      schemas: schemas.described(),
    },
  };
}
