import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { parse } from 'yaml';
import { z } from 'zod';

type Environment = Readonly<Record<string, string>>;

const text = z.union([z.string(), z.number()]).transform(String);
const variables = z.record(z.string(), text.nullable());
const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  start_period: z.string(),
});
const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

/** What is used of compose's own schema: a word that is not here is a slip of the pen, or wants a line here. */
const service = z.strictObject({
  image: z.string().optional(),
  build: z
    .strictObject({ context: z.string().optional(), target: z.string(), args: variables.optional() })
    .optional(),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  group_add: z.array(z.string()).optional(),
  hostname: z.string().optional(),
  working_dir: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: variables.optional(),
  restart: z.enum(['unless-stopped', 'on-failure:5', 'no']).optional(),
  deploy: z.strictObject({ replicas: z.number() }).optional(),
  mem_limit: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  logging: z.strictObject({ driver: z.literal('json-file'), options: variables }).optional(),
  networks: z.array(z.string()).optional(),
  network_mode: z.literal('none').optional(),
  extra_hosts: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition })).optional(),
  healthcheck: healthcheck.optional(),
});
export type ComposeService = z.output<typeof service>;

const project = z.strictObject({
  name: z.string().optional(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean() }).nullable()).optional(),
  volumes: z.record(z.string(), z.null()).optional(),
});
export type ComposeProject = z.output<typeof project>;

const extending = z.looseObject({
  extends: z.strictObject({ file: z.string(), service: z.string() }).optional(),
  environment: z.looseObject({}).optional(),
});
const loose = z.looseObject({ services: z.record(z.string(), extending) });

export function source(file: string): string {
  return readFileSync(join(repositoryRoot, file), 'utf8');
}

/** As compose does it: `$$`, `${NAME}`, `${NAME:-otherwise}` and `${NAME:+instead}`, one within the other. */
export function interpolated(value: string, environment: Environment): string {
  const innermost = /\$\{(\w+)(?:(:[-+])([^${}]*))?\}/;
  let result = value.replaceAll('$$', '\0');
  for (let match = innermost.exec(result); match; match = innermost.exec(result)) {
    const [whole, name = '', operator, other = ''] = match;
    const given = environment[name] ?? '';
    const instead = operator === ':+' ? (given === '' ? '' : other) : given === '' ? other : given;
    result = result.replace(whole, () => instead);
  }
  return result.replaceAll('\0', '$');
}

function interpolateAll(node: unknown, environment: Environment): unknown {
  if (typeof node === 'string') return interpolated(node, environment);
  if (Array.isArray(node)) return node.map((item) => interpolateAll(item, environment));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, interpolateAll(value, environment)]),
  );
}

function load(file: string, environment: Environment) {
  return loose.parse(interpolateAll(parse(source(file), { merge: true }), environment));
}

/** A compose file as compose reads it with this environment and no other. */
export function composeProject(file: string, environment: Environment = {}): ComposeProject {
  const { services, ...rest } = load(file, environment);
  const withoutTemplates = Object.entries(rest).filter(([key]) => !key.startsWith('x-'));
  const extended = Object.entries(services).map(([name, { extends: base, ...own }]) => {
    if (base === undefined) return [name, own] as const;
    const inherited = load(join(dirname(file), base.file), environment).services[base.service];
    if (inherited === undefined) throw new Error(`${base.file} has no ${base.service}`);
    const together = { ...inherited, ...own };
    const merged = { ...inherited.environment, ...own.environment };
    return [
      name,
      Object.keys(merged).length === 0 ? together : { ...together, environment: merged },
    ] as const;
  });
  return project.parse({ ...Object.fromEntries(withoutTemplates), services: Object.fromEntries(extended) });
}

/** What a container finds in its environment: a name without a value is passed on from outside, if it is there. */
export function environmentInside(
  { environment = {} }: ComposeService,
  outside: Environment = {},
): Record<string, string> {
  const given = Object.entries(environment).map(([name, value]) => [name, value ?? outside[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The lines of a service in a compose file, comments and all. */
export function sourceOfService(file: string, name: string): string {
  const [, block] = new RegExp(`(?:^|\\n)  ${name}:\\n((?:(?:    .*)?\\n)*)`).exec(source(file)) ?? [];
  if (block === undefined) throw new Error(`${file} has no service ${name}`);
  return block;
}
