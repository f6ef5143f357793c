import { brokerDefinitions } from '@micromall/contracts';
import type { Management } from './management.js';
import { missingFrom } from './management.js';

/** A RabbitMQ name as a part of an API path: `/` becomes `%2F`. */
export function pathPart(name: string): string {
  return encodeURIComponent(name);
}

/**
 * Makes the virtual host if need be and loads the shop's exchanges, queues, bindings, policies and the permissions
 * of `users` into it, who must exist. Rejects when the broker did not take over everything.
 */
export async function loadTopology(
  management: Management,
  vhost: string,
  users: readonly string[],
): Promise<void> {
  const { users: _users, vhosts, permissions, ...topology } = brokerDefinitions(vhost);
  for (const { name } of vhosts) await management.put(`vhosts/${pathPart(name)}`, {});
  for (const { user, configure, write, read } of permissions) {
    if (!users.includes(user)) continue;
    await management.put(`permissions/${pathPart(vhost)}/${pathPart(user)}`, { configure, write, read });
  }
  await management.post('definitions', topology);
  const missing = await missingFrom(management, topology);
  if (missing.length > 0) throw new Error(`RabbitMQ did not take over: ${missing.join(', ')}.`);
}
