import { sharedShop } from '@micromall/test-kit/shop/borrow';
import { newEmail, WebShopper } from '@micromall/test-kit/shopper';
import { describe, expect, it } from 'vitest';
import { expectNoInternals, expectRefusal, guard, postForm, send, tokenOf } from './bad-input.js';

const shop = await sharedShop();
const { site, stripe } = shop.urls;
const guarded = guard(shop, 'Plain lamp');

const script = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}<%= 7*7 %>`;
/** Texts that some database, template or browser might take for more than a text. */
const hostile = [
  script,
  '{"$ne":null}',
  '{"$where":"sleep(5000)"}',
  '$gt',
  '__proto__',
  'a\u0000b',
  '\u202Eevil',
  '../../etc/passwd',
];
/** The same as fields: `email[$ne]=` makes an object where a parser is too helpful. */
const operators = ['[$ne]', '[$gt]', '[$regex]', '[$where]', '[]', '[__proto__][admin]', '.$ne'];

interface Form {
  readonly path: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly status: number;
  readonly sentence: RegExp;
  /** Fields in which any text is welcome: what is hostile in them is only shown as what it is. */
  readonly anyText: readonly string[];
}

const forms: Form[] = [
  {
    path: '/login',
    action: '/login',
    fields: { email: '', password: 'correct horse' },
    status: 401,
    sentence: /No account has this e-mail address and this password\./,
    anyText: [],
  },
  {
    path: '/register',
    action: '/register',
    fields: { name: 'Eve', email: 'eve@example.com', password: 'correct horse' },
    status: 422,
    sentence: /(Name|Email|Password) (must|has)/,
    anyText: ['name', 'password'],
  },
  {
    path: '/cart',
    action: '/cart/change',
    fields: { productId: '', step: 'more' },
    status: 422,
    sentence: /Your cart is as it was/,
    anyText: [],
  },
  {
    path: '/',
    action: '/cart/add',
    fields: { productId: '' },
    status: 422,
    sentence: /Nothing was put into your cart/,
    anyText: [],
  },
  {
    path: '/checkout',
    action: '/checkout',
    fields: { checkoutId: '', confirmedTotal: '', cartVersion: '' },
    status: 422,
    sentence: /Nothing was ordered/,
    anyText: [],
  },
  {
    path: '/createproduct',
    action: '/createproduct',
    fields: { name: 'Plain lamp', price: '1.00', quantity: '1', category: 'Guarded', description: 'x' },
    status: 422,
    sentence: /The product was not added: please look at the marked fields/,
    anyText: ['name', 'category', 'description'],
  },
];

/** Log-in and registration are for guests, `/createproduct` for the admin, the rest for Ada. */
function visitorOf(form: Form): WebShopper {
  if (form.path === '/createproduct') return guarded.scenario.admin;
  return form.path === '/login' || form.path === '/register'
    ? new WebShopper(site, stripe)
    : guarded.scenario.ada.shopper;
}

const everyField = forms.flatMap((form) =>
  Object.keys(form.fields).map((field) => [form.action, field, form] as const),
);

/** A log-in that fails counts against its address, so each tries another one. */
function filled({ fields, path }: Form): Record<string, string> {
  return path === '/login' ? { ...fields, email: newEmail() } : fields;
}

describe.each(everyField)('%s, in its field %s,', (_action, field, form) => {
  it('takes no operator for a value', async () => {
    const visitor = visitorOf(form);
    const _csrf = tokenOf(await visitor.get(form.path));
    for (const operator of operators) {
      const { [field]: value = '', ...others } = filled(form);
      const fields = { ...others, _csrf, [`${field}${operator}`]: value };
      expectRefusal(await postForm(site, visitor, form.action, fields), form.status, form.sentence);
    }
    const twice: [string, string][] = [...Object.entries(filled(form)), ['_csrf', _csrf], [field, 'again']];
    expectRefusal(await postForm(site, visitor, form.action, twice), form.status, form.sentence);
  });
});

const choosyFields = everyField.filter(([, field, { anyText }]) => !anyText.includes(field));

describe.each(choosyFields)('%s, in its field %s,', (_action, field, form) => {
  it('refuses a text that is none of its values, and shows no tag of it', async () => {
    const visitor = visitorOf(form);
    const _csrf = tokenOf(await visitor.get(form.path));
    for (const text of hostile) {
      const fields = { ...filled(form), _csrf, [field]: text };
      expectRefusal(await postForm(site, visitor, form.action, fields), form.status, form.sentence);
    }
  });
});

describe('the catalogue', () => {
  it.each(['search', 'category', 'sort', 'page'])('takes whatever stands in %s for a text', async (field) => {
    for (const text of [...hostile, '-1', '99999999999', '1e9', 'x'.repeat(5_000)]) {
      const answer = await send(site, `/?${field}=${encodeURIComponent(text)}`);
      expect([text, answer.status]).toEqual([text, 200]);
      expectNoInternals(answer);
    }
    for (const operator of operators) {
      const answer = await send(site, `/?${field}${encodeURIComponent(operator)}=x`);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('All products');
    }
  });

  it.each(['.*', '(a+)+$', '[', '\\', '%', '_'])('searches for %j as it is written', async (text) => {
    const answer = await send(site, `/?search=${encodeURIComponent(text)}`);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Nothing here matches')]);
  });
});

describe('text that looks like a page', () => {
  const marked = `Cut ${script}`;

  async function published(path: string, visitor: WebShopper): Promise<void> {
    const page = await visitor.get(path);
    expect([path, page.status]).toEqual([path, 200]);
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.text).not.toMatch(/<script>alert|<img src=x/);
    // Neither EJS nor another template reckoned.
    expect(page.text).toContain('{{7*7}}&lt;%= 7*7 %&gt;');
  }

  it('is shown as text wherever the name of a shopper or of a product goes, to the payment page', async () => {
    const description = `${script}\n\n${script}`;
    const made = await guarded.scenario.admin.submit(
      await guarded.scenario.admin.get('/createproduct'),
      '/createproduct',
      {
        name: marked,
        price: '7.00',
        quantity: '3',
        category: '<b>Cut</b>',
        description,
      },
    );
    expect(made.status).toBe(200);
    const { pathname } = made.url;
    const productId = pathname.replace('/products/', '');

    const shopper = new WebShopper(site, stripe);
    const welcome = await shopper.register(marked, newEmail());
    expect(welcome.text).toContain('Welcome, Cut &#34;&#39;&gt;&lt;script&gt;');
    await published(pathname, shopper);
    await published('/?search=Cut', shopper);
    await published('/?category=%3Cb%3ECut%3C%2Fb%3E', shopper);
    await shopper.addToCart(productId, await shopper.get('/?search=Cut'));
    await published('/cart', shopper);
    await published('/checkout', shopper);
    const { sessionId, checkoutUrl } = await shopper.toPaymentPage();
    const paymentPage = await send(stripe, checkoutUrl.pathname);
    expect(paymentPage.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(paymentPage.text).not.toMatch(/<script>alert|<img src=x/);
    const { orderId, page } = await shopper.payAndReturn(sessionId);
    await published(page.url.pathname + page.url.search, shopper);
    await published(`/orders/${orderId}`, shopper);
  });
});
