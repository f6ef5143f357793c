import { describe, expect, it } from 'vitest';
import { deliveries, type Fault, processNames } from '../src/plan/faults.js';
import { planDrill } from '../src/plan/plan.js';
import { type Behaviour, meansToPay } from '../src/plan/visits.js';

const options = { seed: 1, purchases: 60, shoppers: 12, faults: true };
const seeds = Array.from({ length: 25 }, (_, seed) => seed);

function killed(faults: readonly Fault[]): string[] {
  return faults.flatMap((fault) => (fault.is === 'kill' ? [fault.process] : []));
}

describe('the plan of a drill', () => {
  it('is the same for the same seed', () => {
    expect(planDrill(options)).toEqual(planDrill({ ...options }));
  });

  it('is another for another seed', () => {
    const other = planDrill({ ...options, seed: 2 });
    const plan = planDrill(options);
    expect(other.visits).not.toEqual(plan.visits);
    expect(other.faults).not.toEqual(plan.faults);
    expect(other.products).not.toEqual(plan.products);
  });

  it('has the same visits with and without faults', () => {
    expect(planDrill({ ...options, faults: false })).toEqual({ ...planDrill(options), faults: [] });
  });

  it.each([1, 60, 200])('kills every process at least once, for %d purchases and any seed', (purchases) => {
    for (const seed of seeds) {
      const { faults } = planDrill({ ...options, seed, purchases });
      expect(new Set(killed(faults))).toEqual(new Set(processNames));
    }
  });

  it('has webhooks duplicated, delayed, dropped, reordered, and lost for good', () => {
    for (const seed of seeds) {
      const { faults } = planDrill({ ...options, seed });
      const seen = faults.flatMap((fault) => (fault.is === 'delivery' ? [fault.delivery] : []));
      expect(new Set(seen)).toEqual(new Set(Object.keys(deliveries)));
    }
  });

  it('hangs processes and disturbs calls to Stripe, too', () => {
    const kinds = new Set(planDrill(options).faults.map(({ is }) => is));
    expect(kinds).toEqual(new Set(['kill', 'hang', 'delivery', 'stripe-fault']));
  });

  it('has all faults while shoppers are in the shop, in their order', () => {
    const { faults, visits } = planDrill(options);
    const moments = faults.map(({ afterVisits }) => afterVisits);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
    expect(Math.max(...moments)).toBeLessThan(visits.length);
  });

  it('takes broker, database and stand-in away for a whole minute in a long drill', () => {
    const { faults } = planDrill({ ...options, purchases: 1000 });
    const long = faults.filter((fault) => fault.is === 'kill' && fault.forMs >= 60_000);
    expect(new Set(killed(long))).toEqual(new Set(['rabbitmq', 'mongo', 'stripe-sandbox']));
  });

  it('has exactly the purchases that were asked for, and shoppers who leave, beside them', () => {
    const { visits } = planDrill(options);
    expect(visits.filter(({ behaviour }) => meansToPay(behaviour))).toHaveLength(60);
    const behaviours = new Set<Behaviour>(visits.map(({ behaviour }) => behaviour));
    for (const behaviour of [
      'pays and closes the page',
      'pays late',
      'presses "Pay now" twice at once',
      'pays in two tabs at once',
      'is declined first',
      'leaves the payment page open',
      'goes back to the shop',
      'lets the payment page run out',
      'is declined and leaves',
      'wants what is scarce',
    ] as const) {
      expect(behaviours).toContain(behaviour);
    }
  });

  it('gives each shopper work and some orders an afterlife', () => {
    const { visits } = planDrill(options);
    expect(new Set(visits.map(({ shopper }) => shopper)).size).toBe(12);
    expect(visits.some(({ afterwards }) => afterwards === 'refund twice at once')).toBe(true);
  });
});
