import { z } from 'zod';

/** RabbitMQ's HTTP API, as one user. https://www.rabbitmq.com/docs/http-api-reference */
export interface Management {
  /** `path` begins after `/api/`. Rejects when the broker does not answer or refuses. */
  get(path: string): Promise<unknown>;
  put(path: string, body: object): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
  remove(path: string): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

const TIMEOUT_MS = 15_000;

/** The management API at `url` (`http://host:15672`), logged in as `login`. */
export function managementApi(url: string, login: Login): Management {
  const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const base = url.replace(/\/+$/, '');

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${base}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `RabbitMQ answered ${response.status} to ${method} /api/${path}: ${text.slice(0, 500)}`,
      );
    }
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    get: (path) => call('GET', path),
    put: (path, body) => call('PUT', path, body),
    post: (path, body) => call('POST', path, body),
    async remove(path) {
      await call('DELETE', path);
    },
  };
}

const queueShape = z.object({
  name: z.string(),
  vhost: z.string().optional(),
  arguments: z.record(z.string(), z.unknown()).default({}),
});
const namedShape = z.object({ name: z.string() });

/** The parts of RabbitMQ's definitions that a shop cannot work without. */
const topologyShape = z.object({
  queues: z.array(queueShape).default([]),
  exchanges: z.array(namedShape).default([]),
  policies: z.array(namedShape).default([]),
  users: z.array(namedShape).default([]),
});

function sameArguments(wanted: Record<string, unknown>, found: Record<string, unknown>): boolean {
  // The broker writes the default type of a queue down although nobody named it.
  const { 'x-queue-type': foundType = 'classic', ...foundRest } = found;
  const { 'x-queue-type': wantedType = 'classic', ...wantedRest } = wanted;
  const sorted = (values: object) => JSON.stringify(Object.entries(values).sort());
  return foundType === wantedType && sorted(wantedRest) === sorted(foundRest);
}

type FoundQueue = z.output<typeof queueShape>;

function sameQueue(wanted: FoundQueue, found: readonly FoundQueue[]): FoundQueue | undefined {
  return found.find(({ name, vhost }) => name === wanted.name && vhost === wanted.vhost);
}

/** The names of the queues that the broker has, but not with the arguments that `definitions` ask for. */
export async function changedQueues(management: Management, definitions: object): Promise<string[]> {
  const wanted = topologyShape.parse(definitions);
  const found = topologyShape.parse(await management.get('definitions'));
  return wanted.queues
    .filter((queue) => {
      const same = sameQueue(queue, found.queues);
      return same !== undefined && !sameArguments(queue.arguments, same.arguments);
    })
    .map(({ name }) => name);
}

/**
 * What `definitions` ask for and the broker does not have. RabbitMQ imports what it can and says nothing about
 * the rest: a queue of an unknown type, or one that exists with other arguments, would only show much later.
 */
export async function missingFrom(management: Management, definitions: object): Promise<string[]> {
  const wanted = topologyShape.parse(definitions);
  const found = topologyShape.parse(await management.get('definitions'));
  const missing: string[] = [];
  for (const kind of ['users', 'exchanges', 'policies'] as const) {
    const names = new Set(found[kind].map((each) => each.name));
    for (const each of wanted[kind]) if (!names.has(each.name)) missing.push(`${kind}: ${each.name}`);
  }
  for (const queue of wanted.queues) {
    const same = sameQueue(queue, found.queues);
    if (same === undefined) missing.push(`queues: ${queue.name}`);
    else if (!sameArguments(queue.arguments, same.arguments)) {
      missing.push(`queues: ${queue.name} (it exists with other arguments)`);
    }
  }
  return missing;
}
