/** How long an identity is valid, in seconds: the most that a change of role or name takes to be seen. */
export const identityLifetimeSeconds = 60 * 60;

/** How long after its end an identity can still be exchanged for a fresh one, in seconds. */
export const renewableAfterEndSeconds = 7 * 24 * 60 * 60;
