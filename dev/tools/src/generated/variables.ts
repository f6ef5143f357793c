import { variables as authService } from '@micromall/auth-service/config';
import { variables as cartService } from '@micromall/cart-service/config';
import { variables as frontendService } from '@micromall/frontend-service/config';
import { variables as launcher } from '@micromall/launcher/config';
import { variables as orderService } from '@micromall/order-service/config';
import { variables as paymentService } from '@micromall/payment-service/config';
import type { Variable, Variables } from '@micromall/platform';
import { variables as productService } from '@micromall/product-service/config';
import { variables as stripeSandbox } from '@micromall/stripe-sandbox/config';
import { composeVariables } from '../compose-variables.js';

/** Who reads which variables, in the order in which a reader wants to know them. */
const readers: readonly (readonly [reader: string, variables: Variables])[] = [
  ['npm start', launcher],
  ['frontend-service', frontendService],
  ['auth-service', authService],
  ['product-service', productService],
  ['cart-service', cartService],
  ['order-service', orderService],
  ['payment-service', paymentService],
  ['stripe-sandbox', stripeSandbox],
  ['docker compose', composeVariables],
];

export interface NamedVariable {
  readonly name: string;
  /** Who reads it, with what each takes it for. */
  readonly readBy: readonly { readonly reader: string; readonly variable: Variable }[];
}

/** Every variable of the whole shop, once. */
export function allVariables(): NamedVariable[] {
  const byName = new Map<string, { reader: string; variable: Variable }[]>();
  for (const [reader, variables] of readers) {
    for (const [name, variable] of Object.entries(variables)) {
      byName.set(name, [...(byName.get(name) ?? []), { reader, variable }]);
    }
  }
  return [...byName].map(([name, readBy]) => ({ name, readBy }));
}

/** The same name with a value of its own for each process: set by the launcher, or in the compose file. */
const decidedByWhoStarts = /^(PORT|HOST|OPERATIONS_PORT|OPERATIONS_HOST|FAILPOINT)$/;

function meaningOf({ readBy }: NamedVariable): string {
  return readBy[0]?.variable.meaning ?? '';
}

function wrapped(text: string): string {
  return text.replace(/(.{1,96})(?:\s+|$)/g, '# $1\n');
}

/** `.env.example`: what a person may set for `npm start` and for containers, each with its meaning and default. */
export function envExample(): string {
  const entries = allVariables()
    .filter(({ name }) => !decidedByWhoStarts.test(name))
    .map((named) => {
      const [first] = named.readBy;
      const value = first?.variable.default ?? first?.variable.example ?? '';
      return `${wrapped(meaningOf(named))}# Read by ${named.readBy.map(({ reader }) => reader).join(', ')}.\n#${named.name}=${value}\n`;
    });
  return `# Everything here is optional. Copy this file to .env and take the # off what you want to change.\n# Made from the services' own configuration by \`npm run generate\`; a test keeps it up to date.\n\n${entries.join('\n')}`;
}

const introduction = `# Variables

Put them into \`.env\` (see [.env.example](../.env.example)) or into the environment; all of them are optional. A service
that finds its environment wrong says everything that is wrong at once, with an example of a right value. With
\`NODE_ENV=production\` a default secret or password refuses to start.

Made by \`npm run generate\` from the services' own configuration.
`;

/** `docs/variables.md`: every variable, for whoever runs the shop. */
export function variablesPage(): string {
  const rows = allVariables().map((named) => {
    const meaning = decidedByWhoStarts.test(named.name)
      ? [...new Set(named.readBy.map(({ variable }) => variable.meaning))].join(' ')
      : meaningOf(named);
    const defaults = new Set(named.readBy.map(({ variable }) => variable.default ?? ''));
    const shown = [...defaults].filter((text) => text !== '').map((text) => `\`${text}\``);
    const isSecret = named.readBy.some(({ variable }) => variable.secret);
    return `| \`${named.name}\` | ${meaning}${isSecret ? ' **Secret.**' : ''} | ${shown.join(', ')} | ${named.readBy.map(({ reader }) => reader.replace(/-service$/, '')).join(', ')} |`;
  });
  const table = ['| variable | meaning | default | read by |', '| --- | --- | --- | --- |', ...rows];
  return `${introduction}\n${table.join('\n')}\n`;
}
