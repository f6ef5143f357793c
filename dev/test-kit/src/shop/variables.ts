/** All shoppers of the tests come from one address. */
export const manyShoppers = { ATTEMPTS_PER_ADDRESS: '100000' };

/** Known to the tests, which sign (and forge) what Stripe would send. */
export const webhookSecret = 'whsec_journeys';

/** Sweepers and relays that nobody has to wait for. */
export const quickSweeps = {
  SWEEP_MS: '500',
  FIRST_CHECK_MS: '3000',
  CHECKOUT_SWEEP_MS: '500',
  OUTBOX_RELAY_MS: '500',
};
