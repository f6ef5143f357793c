import { relative } from 'node:path';
import type { MovedPort } from './ports.js';
import type { Shop } from './shop.js';

type Row = readonly [name: string, address: string, remark: string];

function aligned(rows: readonly Row[]): string[] {
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const addressWidth = Math.max(...rows.map(([, address]) => address.length));
  return rows.map(([name, address, remark]) =>
    `  ${name.padEnd(nameWidth)}  ${address.padEnd(addressWidth)}  ${remark}`.trimEnd(),
  );
}

/** Without a login, which is in secrets.json. */
function bareAddress(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

const CARDS: readonly Row[] = [
  ['4242 4242 4242 4242', 'pays', ''],
  ['4000 0000 0000 3220', 'asks for 3-D Secure', ''],
  ['4000 0000 0000 9995', 'is declined', ''],
];

const PORT_NAMES: Readonly<Record<string, string>> = {
  amqp: 'Broker',
  management: 'RabbitMQ GUI',
  brokerMetrics: 'Metrics of RabbitMQ',
  mongo: 'Database',
  prometheus: 'Prometheus',
};

function movedTable(moved: readonly MovedPort[]): string[] {
  if (moved.length === 0) return [];
  const rows = moved.map(
    ({ name, wanted, used }): Row => [
      PORT_NAMES[name] ?? `Operations of ${name}`,
      `${wanted} was taken: ${used}`,
      '',
    ],
  );
  return ['Ports that moved', ...aligned(rows), ''];
}

/** What a newcomer needs to know once everything runs. */
export function shopTable(shop: Shop): string {
  const { urls, credentials, descriptions } = shop;
  const { gui, admin } = credentials;
  const ownBroker = shop.processNames.includes('rabbitmq');
  const where: Row[] = [
    ['The shop', urls.site, `admin: ${admin.email} / ${admin.password}`],
    ['RabbitMQ GUI', urls.management, ownBroker ? `${gui.user} / ${gui.password}` : 'your own login'],
    urls.stripe === undefined
      ? ['Stripe', 'https://dashboard.stripe.com', `webhooks: ${urls.webhook}`]
      : ['Stripe stand-in', urls.stripe, 'payments, refunds, webhooks'],
    ...(urls.prometheus === undefined
      ? []
      : [['Prometheus', urls.prometheus, 'numbers and alarms'] satisfies Row]),
    ['Broker', new URL(urls.amqp(gui.user)).host, descriptions.broker],
    ['Database', bareAddress(urls.mongo('')).replace(/\/$/, ''), descriptions.database],
  ];
  return [
    '',
    'MicroMall is open.',
    '',
    ...aligned(where),
    '',
    ...movedTable(shop.movedPorts),
    'Test cards (any future date, any CVC)',
    ...aligned(CARDS),
    '',
    `Logs: ${relative(process.cwd(), shop.logDirectory) || '.'}   Stop: Ctrl-C   Begin anew: npm start -- --reset`,
    '',
  ].join('\n');
}
