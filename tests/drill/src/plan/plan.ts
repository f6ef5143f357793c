import type { DrillOptions } from '../options.js';
import { type Fault, planFaults } from './faults.js';
import { type PlannedProduct, planProducts, planVisits, type Visit } from './visits.js';

/** Every visit and every fault, decided before anything starts. */
export interface Plan {
  readonly products: readonly PlannedProduct[];
  readonly visits: readonly Visit[];
  readonly faults: readonly Fault[];
}

/** The plan follows from the options alone; when exactly things meet is up to the machine. */
export function planDrill({
  seed,
  purchases,
  shoppers,
  faults,
}: Pick<DrillOptions, 'seed' | 'purchases' | 'shoppers' | 'faults'>): Plan {
  const visits = planVisits(seed, purchases, shoppers);
  return {
    products: planProducts(seed),
    visits,
    faults: faults && visits.length > 0 ? planFaults(seed, visits.length) : [],
  };
}
