import { createAccount, login, mergeCart, renewIdentity } from '@micromall/contracts';
import { failed } from '@micromall/platform';
import { newId } from '@micromall/test-kit';
import { describe, expect, it } from 'vitest';
import { site } from '../shared-site.js';
import { startSite } from '../site.js';
import type { Visitor } from '../visitor.js';

function sessionOf(visitor: Visitor): string | undefined {
  return visitor.cookies.get('micromall.sid');
}

async function guestWithCart(productId: string): Promise<Visitor> {
  const visitor = site.visitor();
  await visitor.get(`/products/${productId}`);
  await visitor.submit('/cart/add', { quantity: '2' });
  return visitor;
}

describe('registering', () => {
  it('creates the account, logs in, brings the cart along and goes on where the shopper wanted to', async () => {
    const mug = site.shop.addProduct();
    const visitor = await guestWithCart(mug.productId);
    await visitor.get('/register?next=/checkout');
    const guestSession = sessionOf(visitor);
    const email = `${newId()}@example.com`;
    const answer = await visitor.submit('/register', {
      name: ' Ada Lovelace ',
      email: email.toUpperCase(),
      password: 'correct horse',
    });

    expect(answer.status).toBe(303);
    expect(answer.location).toBe('/checkout');
    expect(site.peers.requestsTo(createAccount)).toEqual([
      { name: 'Ada Lovelace', email, password: 'correct horse' },
    ]);
    const person = site.shop.people.find((each) => each.email === email);
    expect(site.shop.quantityIn(person?.userId ?? '', mug.productId)).toBe(2);
    expect(sessionOf(visitor)).not.toBe(guestSession);
    const page = await visitor.follow();
    expect(page.text).toContain('Welcome, Ada Lovelace.');
    expect(page.text).toContain('data-cart-count>2<');
    expect(page.text).toContain('Log out');
  });

  it.each([
    [{ name: '' }, 'Name must not be empty'],
    [{ name: 'x'.repeat(81) }, 'Name must have at most 80 characters'],
    [{ email: 'nobody' }, 'Email must be an e-mail address such as ada@example.com'],
    [{ email: '{"$gt":""}' }, 'Email must be an e-mail address such as ada@example.com'],
    [{ password: 'short' }, 'Password must have at least 8 characters'],
    [{ password: 'x'.repeat(129) }, 'Password must have at most 128 characters'],
  ])('with %o says what is wrong beside the field and keeps the rest', async (wrong, sentence) => {
    const visitor = site.visitor();
    await visitor.get('/register?next=/orders');
    const fields = { name: '<b>Ada</b>', email: 'ada@example.com', password: 'correct horse', ...wrong };
    const page = await visitor.submit('/register', fields);
    expect(page.status).toBe(422);
    expect(page.text).toContain(sentence);
    expect(page.text).toContain('aria-invalid="true"');
    expect(page.text).not.toContain('<b>Ada');
    expect(page.text).not.toContain(fields.password === '' ? '\0' : `value="${fields.password}"`);
    expect(page.text).toContain('name="next" value="/orders"');
    expect(site.peers.requestsTo(createAccount)).toEqual([]);
  });

  it('twice with the same e-mail address is refused beside the field', async () => {
    const { email } = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/register');
    const page = await visitor.submit('/register', { name: 'Eve', email, password: 'correct horse' });
    expect(page.status).toBe(409);
    expect(page.text).toContain('Email belongs to an account already');
    expect(page.text).toContain(`value="${email}"`);
    expect(sessionOf(visitor)).toBeUndefined();
  });

  it('can not make an admin', async () => {
    const visitor = site.visitor();
    await visitor.get('/register');
    const email = `${newId()}@example.com`;
    await visitor.submit('/register', { name: 'Eve', email, password: 'correct horse', role: 'admin' });
    expect(site.peers.requestsTo(createAccount)).toEqual([{ name: 'Eve', email, password: 'correct horse' }]);
  });
});

describe('logging in', () => {
  it('merges the cart, renews the session and makes the old form tokens worthless', async () => {
    const mug = site.shop.addProduct();
    const person = site.shop.addPerson();
    site.shop.setQuantity(person.userId, mug.productId, 1);
    const visitor = await guestWithCart(mug.productId);
    await visitor.get('/login');
    const before = new Map(visitor.cookies);
    const answer = await visitor.submit('/login', { email: person.email, password: person.password });

    expect(answer.status).toBe(303);
    expect(site.shop.quantityIn(person.userId, mug.productId)).toBe(3);
    expect(sessionOf(visitor)).not.toBe(before.get('micromall.sid'));
    expect((await visitor.follow()).text).toContain('data-cart-count>3<');

    const stranger = site.visitor();
    stranger.cookies.set('micromall.sid', before.get('micromall.sid') ?? '');
    expect((await stranger.get('/cart')).text).toContain('Your cart is empty.');
    visitor.cookies.set('micromall.csrf', before.get('micromall.csrf') ?? '');
    const forged = await visitor.post('/logout', { _csrf: before.get('micromall.csrf') ?? '' });
    expect(forged.status).toBe(403);
  });

  it('counts the cart of an account that comes back', async () => {
    const mug = site.shop.addProduct();
    const person = site.shop.addPerson();
    site.shop.setQuantity(person.userId, mug.productId, 4);
    const { visitor } = await site.loggedIn(person);
    expect((await visitor.get('/')).text).toContain('data-cart-count>4<');
  });

  it.each([
    ['an unknown address', 'nobody@example.com', 'correct horse'],
    ['a wrong password', '', 'wrong horse'],
    ['an operator instead of a password', '', '{"$ne":null}'],
    ['no address at all', '{"$gt":""}', 'correct horse'],
  ])('with %s is refused in the same words', async (_what, email, password) => {
    const person = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/login?next=/orders');
    const page = await visitor.submit('/login', { email: email || person.email, password });
    expect(page.status).toBe(401);
    expect(page.text).toContain('No account has this e-mail address and this password.');
    expect(page.text).toContain('name="next" value="/orders"');
    expect(page.text).not.toContain('wrong horse');
    expect(sessionOf(visitor)).toBeUndefined();
  });

  it('can not be asked with operators in the names of the fields', async () => {
    const person = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/login');
    const page = await visitor.submit('/login', {
      'email[$gt]': '',
      'password[$ne]': '',
      email: person.email,
    });
    expect(page.status).toBe(401);
    expect(site.peers.requestsTo(login)).toEqual([]);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/\t/evil.example'])(
    'never leads to %s',
    async (next) => {
      const person = site.shop.addPerson();
      const visitor = site.visitor();
      await visitor.get(`/login?next=${encodeURIComponent(next)}`);
      const { email, password } = person;
      const answer = await visitor.submit('/login', { email, password, next });
      expect(answer.location).toBe('/');
    },
  );

  it('works while cart-service is broken, and the cart comes along as soon as it answers', async () => {
    const mug = site.shop.addProduct();
    const person = site.shop.addPerson();
    const visitor = await guestWithCart(mug.productId);
    site.peers.fault(mergeCart);
    await visitor.get('/login');
    const answer = await visitor.submit('/login', { email: person.email, password: person.password });
    expect(answer.status).toBe(303);
    expect((await visitor.follow()).text).toContain('Your cart is resting.');

    site.peers.restore();
    expect((await visitor.get('/cart')).text).toContain('Stoneware mug');
    expect(site.shop.quantityIn(person.userId, mug.productId)).toBe(2);
  });

  it('says that it is resting, with the trace id and the form as it was, when auth-service is broken', async () => {
    site.peers.fault(login);
    site.peers.fault(createAccount);
    const { email, password } = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/login?next=/orders');
    const page = await visitor.submit('/login', { email, password });
    expect(page.status).toBe(503);
    expect(page.text).toContain('Logging in is resting');
    expect(page.text).toContain(page.headers.get('x-request-id'));
    expect(page.text).toContain(`value="${email}"`);
    expect(page.text).toContain('name="next" value="/orders"');
    expect(page.text).not.toContain('No account has this');

    await visitor.get('/register');
    const refused = await visitor.submit('/register', { name: 'Ada', email: 'new@example.com', password });
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('Creating accounts is resting');
    expect(refused.text).toContain(refused.headers.get('x-request-id'));
    expect(refused.text).toContain('value="new@example.com"');
  });
});

describe('being logged in', () => {
  it('ends with "Log out": the session is another one and the cart is a guest\'s', async () => {
    const mug = site.shop.addProduct();
    const person = site.shop.addPerson();
    site.shop.setQuantity(person.userId, mug.productId, 1);
    const { visitor } = await site.loggedIn(person);
    const session = sessionOf(visitor);
    const page = await visitor.get('/orders');
    expect(page.headers.get('cache-control')).toBe('private, no-store');
    const answer = await visitor.submit('/logout');
    expect(answer.status).toBe(303);
    const home = await visitor.follow();
    expect(home.text).toContain('You are logged out.');
    expect(home.text).toContain('data-cart-count>0<');
    expect((await visitor.get('/orders')).location).toBe('/login?next=%2Forders');

    const thief = site.visitor();
    thief.cookies.set('micromall.sid', session ?? '');
    expect((await thief.get('/orders')).status).toBe(303);
  });

  it('goes on when the identity is about to end: it is renewed on the way', async () => {
    site.peers.identityLifetimeSeconds = 60;
    const { visitor } = await site.loggedIn();
    site.peers.identityLifetimeSeconds = 3_600;
    expect((await visitor.get('/orders')).status).toBe(200);
    expect((await visitor.get('/orders')).status).toBe(200);
    expect(site.peers.requestsTo(renewIdentity)).toHaveLength(1);
  });

  it('ends with a sentence when the identity can not be renewed', async () => {
    site.peers.identityLifetimeSeconds = 60;
    const { visitor } = await site.loggedIn();
    site.peers.override(renewIdentity, async () => failed('identity-ended', 'Log in again.'));
    const answer = await visitor.get('/orders');
    expect(answer.location).toBe('/login?next=%2Forders');
    expect((await visitor.follow()).text).toContain('You have been logged out');
  });

  it('goes on with the identity it has while auth-service is broken', async () => {
    site.peers.identityLifetimeSeconds = 60;
    const { visitor } = await site.loggedIn();
    site.peers.fault(renewIdentity);
    expect((await visitor.get('/orders')).status).toBe(200);
  });

  it('makes the log-in and register pages lead on', async () => {
    const { visitor } = await site.loggedIn();
    expect((await visitor.get('/login?next=/orders')).location).toBe('/orders');
    expect((await visitor.get('/register')).location).toBe('/');
  });
});

describe('guessing passwords', () => {
  it('is stopped for one e-mail address, whatever its capitals; others log in meanwhile', async () => {
    const person = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/login');
    const token = { _csrf: decodeURIComponent(visitor.cookies.get('micromall.csrf') ?? '') };
    for (let n = 0; n < 10; n += 1) {
      const email = n % 2 === 0 ? person.email : person.email.toUpperCase();
      const answer = await visitor.post('/login', { ...token, email, password: `guess ${n}` });
      expect(answer.status).toBe(401);
    }
    const page = await visitor.post('/login', { ...token, email: person.email, password: person.password });
    expect(page.status).toBe(429);
    expect(page.text).toContain('Please wait ten minutes');
    await site.loggedIn();
  });

  it('is not what a shopper does who tries again and again while auth-service is broken', async () => {
    const { email, password } = site.shop.addPerson();
    const visitor = site.visitor();
    await visitor.get('/login');
    site.peers.fault(login);
    for (let n = 0; n < 12; n += 1) {
      expect((await visitor.submit('/login', { email, password })).status).toBe(503);
    }
    site.peers.restore();
    expect((await visitor.submit('/login', { email, password })).status).toBe(303);
  });

  it('is stopped for one network address', async () => {
    const strict = await startSite(() => ({ ATTEMPTS_PER_ADDRESS: '3' }));
    try {
      const visitor = strict.visitor();
      for (let n = 0; n < 3; n += 1) {
        await visitor.get('/login');
        const email = `${newId()}@example.com`;
        expect((await visitor.submit('/login', { email, password: 'guess' })).status).toBe(401);
      }
      await visitor.get('/register');
      const page = await visitor.submit('/register', { name: 'A', email: 'a@example.com', password: 'x' });
      expect(page.status).toBe(429);
      expect(page.text).toContain('Too many attempts');
      expect((await visitor.get('/')).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });
});
