import type { Context } from '../context.js';

/**
 * Creates the first admin, so that someone can look after a new shop; does nothing once there is an admin. Of several
 * replicas that start at once, one creates it.
 */
export async function ensureFirstAdmin(
  { accounts, passwords, events }: Context,
  { email, password }: { email: string; password: string },
): Promise<void> {
  if (await accounts.hasAdmin()) return;
  const added = await accounts.add({
    name: 'Admin',
    email,
    role: 'admin',
    passwordHash: await passwords.hash(password),
    createdBy: undefined,
  });
  if (added) return events.firstAdminCreated(added.userId);
  const owner = await accounts.findByEmail(email);
  if (owner && owner.role !== 'admin') events.firstAdminImpossible(owner.userId);
}
