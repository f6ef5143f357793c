import type { Context } from '../context.js';

interface Person {
  readonly userId: string;
  readonly email: string;
}

/** The customer at Stripe of an account, made at its first checkout. */
export async function customerOf(context: Context, person: Person): Promise<string> {
  const known = await context.customers.find(person.userId);
  return known ?? createCustomer(context, person, `customer:${person.userId}`);
}

/** Makes a new customer for an account whose old one Stripe does not know (any more). */
export async function replaceCustomer(context: Context, person: Person, lost: string): Promise<string> {
  const known = await context.customers.find(person.userId);
  // Another checkout of this person was quicker.
  if (known !== undefined && known !== lost) return known;
  context.logger.warn({ userId: person.userId, customerId: lost }, 'Stripe does not know this customer');
  return createCustomer(context, person, `customer:${person.userId}:instead-of:${lost}`);
}

async function createCustomer(
  { stripe, customers }: Context,
  { userId, email }: Person,
  idempotencyKey: string,
): Promise<string> {
  const customer = await stripe.customers.create({ email, metadata: { userId } }, { idempotencyKey });
  await customers.put(userId, customer.id);
  return customer.id;
}
