import { deadLetterContracts, getCart } from '@micromall/contracts';
import { until } from '@micromall/launcher';
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { type Answer, hiddenFields, type Visitor } from '../visitor.js';

const page = '/admin/dead-letters';
const sendBack = '/admin/dead-letters/send-back';
const discard = '/admin/dead-letters/discard';

let admin: Visitor;
let broker: ChannelModel;

beforeAll(async () => {
  await site.peers.start('payment-service');
  ({ visitor: admin } = await site.loggedIn(site.shop.addPerson({ role: 'admin' })));
  broker = await connect(site.harness.vhost.amqpUrl('admin'));
});
afterAll(async () => {
  await broker?.close();
});
beforeEach(async () => {
  const channel = await broker.createChannel();
  // What is being listed comes back into its queue, so that one purge may miss it.
  await expect
    .poll(async () => {
      for (const service of deadLetterContracts.keys()) await channel.purgeQueue(`parking.${service}`);
      return idsIn(await admin.get(page));
    })
    .toEqual([]);
  await channel.close();
  site.peers.restore();
});

async function publish(queue: string, body: string): Promise<void> {
  const channel = await broker.createConfirmChannel();
  channel.sendToQueue(queue, Buffer.from(body), { messageId: 'by-hand' });
  await channel.waitForConfirms();
  await channel.close();
}
/** Waits until the page shows what was published. */
async function shownWith(text: string): Promise<Answer> {
  let answer = await admin.get(page);
  await until(async () => {
    answer = await admin.get(page);
    return answer.text.includes(text);
  }, 10_000);
  expect(answer.text).toContain(text);
  return answer;
}
/** The fields of the form behind the button of one letter. */
function fieldsOf(answer: Answer, action: string, id: string): Record<string, string> {
  const letter = answer.text.slice(answer.text.indexOf(`id="letter-${id}"`));
  return hiddenFields(letter, action);
}
function idsIn(answer: Answer): string[] {
  return [...answer.text.matchAll(/id="letter-([0-9a-f-]+)"/g)].map((match) => match[1] ?? '');
}
/** The part of the page about one service. */
function partOf(answer: Answer, service: string): string {
  const from = answer.text.indexOf(`id="of-${service}"`);
  return answer.text.slice(from, answer.text.indexOf('</section>', from));
}

describe('the page of dead letters', () => {
  it('shows what could not be handled, where it came from and why, and never as markup', async () => {
    await publish('get-cart', '{"id":"<script>alert(1)</script>"}');
    const answer = await shownWith('alert(1)');
    const part = partOf(answer, 'cart-service');
    expect(part).toContain('Malformed');
    expect(part).toContain('<dd>get-cart</dd>');
    expect(part).toContain('<dd>operator</dd>');
    expect(part).toContain('tried once');
    expect(part).toContain('The body is not right');
    expect(part).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(part).not.toContain('<script>');
    expect(partOf(answer, 'order-service')).toContain('none');
    expect((await admin.get('/')).text).toContain(`href="${page}"`);
  });

  it('sends one back, which is then done once', async () => {
    site.peers.fault(getCart);
    await publish('get-cart', JSON.stringify({ id: 'guest-12345678' }));
    const answer = await shownWith('guest-12345678');
    site.peers.restore();
    const [id = ''] = idsIn(answer);
    const sent = await admin.send(sendBack, {
      method: 'POST',
      body: new URLSearchParams(fieldsOf(answer, sendBack, id)),
    });
    expect(sent.location).toBe(page);
    const after = await admin.get(page);
    expect(after.text).toContain('One message was sent back.');
    expect(idsIn(after)).toEqual([]);
    expect(await until(() => site.peers.requestsTo(getCart).length === 1, 5_000)).toBe(true);
    expect(site.peers.requestsTo(getCart)).toEqual([{ id: 'guest-12345678' }]);
  });

  it('discards one, and then all of a service', async () => {
    for (const body of ['{"first', '{"second', '{"third']) await publish('get-cart', body);
    const answer = await shownWith('{&#34;third');
    const [id = ''] = idsIn(answer);
    await admin.send(discard, {
      method: 'POST',
      body: new URLSearchParams(fieldsOf(answer, discard, id)),
    });
    const after = await admin.get(page);
    expect(after.text).toContain('One message was discarded. 2 are left.');
    expect(idsIn(after)).toHaveLength(2);
    const all = hiddenFields(partOf(after, 'cart-service'), discard);
    expect(all).not.toHaveProperty('id');
    await admin.send(discard, { method: 'POST', body: new URLSearchParams(all) });
    const last = await admin.get(page);
    expect(last.text).toContain('2 messages were discarded.');
    expect(idsIn(last)).toEqual([]);
  });

  it('shows no password, and offers no button for what can not be sent back', async () => {
    await publish('login', '{"email":"ada@example.com","password":"hush hush"');
    const answer = await shownWith('not kept because it may hold a password');
    const part = partOf(answer, 'auth-service');
    expect(part).not.toContain('hush');
    expect(part).toContain('Its body was not kept');
    const [id = ''] = idsIn(answer);
    const { _csrf = '', service = '' } = fieldsOf(answer, discard, id);
    await admin.send(sendBack, { method: 'POST', body: new URLSearchParams({ _csrf, service, id }) });
    expect((await admin.get(page)).text).toContain('Nothing was sent back. Its body was not kept');
  });

  it('shows a service that is away as resting, within a bounded time, and the others all the same', async () => {
    await publish('get-cart', '{"still');
    await shownWith('{&#34;still');
    await site.peers.stop('product-service');
    try {
      const started = performance.now();
      const answer = await admin.get(page);
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(answer.status).toBe(200);
      expect(partOf(answer, 'product-service')).toContain('product-service is resting');
      expect(partOf(answer, 'product-service')).toContain(answer.headers.get('x-request-id'));
      expect(partOf(answer, 'cart-service')).toContain('{&#34;still');
    } finally {
      await site.peers.start('product-service');
    }
  });

  it('leads on to what does not fit on one page', async () => {
    for (let number = 0; number < 51; number += 1) await publish('get-cart', `{"number ${number}`);
    await until(async () => partOf(await admin.get(page), 'cart-service').includes('>51</span>'), 10_000);
    const first = await admin.get(page);
    expect(idsIn(first)).toHaveLength(50);
    const [, next = ''] = /href="(\/admin\/dead-letters\?[^"]+)"/.exec(first.text) ?? [];
    const rest = await admin.get(next.replaceAll('&amp;', '&'));
    expect(idsIn(rest)).toHaveLength(1);
    expect(idsIn(first)).not.toContain(idsIn(rest)[0]);
  });

  it.each(['?service=nobody', '?service=cart-service&service=auth-service'])(
    'does not exist for %s',
    async (query) => {
      expect((await admin.get(`${page}${query}`)).status).toBe(404);
    },
  );

  it('is for the people of the shop alone, and its forms need their token', async () => {
    await publish('get-cart', '{"kept');
    const answer = await shownWith('{&#34;kept');
    const [id = ''] = idsIn(answer);
    const fields = fieldsOf(answer, discard, id);
    const { visitor: shopper } = await site.loggedIn();
    const guest = site.visitor();
    expect((await guest.get(page)).location).toBe('/login?next=%2Fadmin%2Fdead-letters');
    expect((await shopper.get(page)).status).toBe(403);
    expect((await shopper.get('/')).text).not.toContain(page);
    for (const action of [sendBack, discard]) {
      for (const visitor of [guest, shopper]) {
        const refused = await visitor.send(action, { method: 'POST', body: new URLSearchParams(fields) });
        expect([303, 403]).toContain(refused.status);
      }
      const forged = { ...fields, _csrf: 'forged' };
      expect((await admin.send(action, { method: 'POST', body: new URLSearchParams(forged) })).status).toBe(
        403,
      );
      const nobody = { ...fields, service: 'nobody' };
      expect((await admin.send(action, { method: 'POST', body: new URLSearchParams(nobody) })).status).toBe(
        400,
      );
    }
    expect(idsIn(await admin.get(page))).toEqual([id]);
  });

  it('is served for each service that may have dead letters', async () => {
    const answer = await admin.get(page);
    for (const service of deadLetterContracts.keys()) expect(answer.text).toContain(`id="of-${service}"`);
    expect(answer.text).not.toContain('is resting');
  });
});
