import { type Random, randomFor } from '../random.js';

/** A product that the drill makes for its shoppers. `price`: minor units. */
export interface PlannedProduct {
  readonly name: string;
  readonly price: number;
  readonly stock: number;
}

/** How a shopper goes about it and means to pay. */
export type PayingBehaviour =
  | 'pays'
  /** Never comes back from the payment page: only the webhook or the sweeper can tell. */
  | 'pays and closes the page'
  | 'pays late'
  | 'presses "Pay now" twice at once'
  | 'pays in two tabs at once'
  | 'is declined first'
  | 'pays with 3-D Secure';

export type LeavingBehaviour =
  | 'leaves the payment page open'
  | 'goes back to the shop'
  | 'lets the payment page run out'
  | 'is declined and leaves';

export type Behaviour = PayingBehaviour | LeavingBehaviour | 'wants what is scarce';

/** What the shop's operator does with the order in the end; a refund may be asked for twice at once. */
export type Afterwards =
  | 'nothing'
  | 'accept'
  | 'refund'
  | 'refund twice at once'
  | 'accept and refund at once';

/** One shopper's way from the catalogue to the payment, or to where it ends. */
export interface Visit {
  readonly number: number;
  readonly shopper: number;
  readonly behaviour: Behaviour;
  /** Positions in the plan's products. */
  readonly wants: readonly { readonly product: number; readonly quantity: number }[];
  /** How long the shopper hesitates on the payment page, in milliseconds. */
  readonly hesitatesMs: number;
  readonly afterwards: Afterwards;
}

const payingBehaviours: readonly PayingBehaviour[] = [
  'pays',
  'pays',
  'pays',
  'pays and closes the page',
  'pays and closes the page',
  'pays late',
  'presses "Pay now" twice at once',
  'pays in two tabs at once',
  'is declined first',
  'pays with 3-D Secure',
];
const leavingBehaviours: readonly LeavingBehaviour[] = [
  'leaves the payment page open',
  'goes back to the shop',
  'lets the payment page run out',
  'is declined and leaves',
];
const afterwards: readonly Afterwards[] = [
  'accept',
  'refund',
  'refund twice at once',
  'accept and refund at once',
];

const plainProducts = 12;
const scarceProducts = 3;
const scarceStock = 2;
/** More than the longest drill with the longest soak can sell of one product. */
const plentyOfStock = 200_000;

/** Of each hundred purchases: how many more visits end unpaid, how many want what is scarce. */
const leavingShare = 0.2;
const scarceShare = 0.1;
const afterwardsShare = 0.25;

/** More than enough of most things, and very little of some. */
export function planProducts(seed: number): PlannedProduct[] {
  const random = randomFor(seed, 'products');
  return [
    ...Array.from({ length: plainProducts }, (_, index) => ({
      name: `Drill product ${index + 1}`,
      price: random.between(100, 20_000),
      stock: plentyOfStock,
    })),
    ...Array.from({ length: scarceProducts }, (_, index) => ({
      name: `Drill rarity ${index + 1}`,
      price: random.between(100, 20_000),
      stock: scarceStock,
    })),
  ];
}

/** `purchases` visits that mean to pay, mixed with others; each belongs to one of the shoppers. */
export function planVisits(seed: number, purchases: number, shoppers: number): Visit[] {
  const random = randomFor(seed, 'visits');
  const behaviours: Behaviour[] = random.shuffled([
    ...dealt(random, payingBehaviours, purchases),
    ...dealt(random, leavingBehaviours, Math.ceil(purchases * leavingShare)),
    ...Array.from({ length: Math.ceil(purchases * scarceShare) }, (): Behaviour => 'wants what is scarce'),
  ]);
  return behaviours.map((behaviour, index) => ({
    number: index + 1,
    shopper: index % shoppers,
    behaviour,
    wants: wishes(random, behaviour),
    hesitatesMs: behaviour === 'pays late' ? random.between(3_000, 8_000) : random.between(0, 500),
    afterwards:
      meansToPay(behaviour) && random.happens(afterwardsShare) ? random.pick(afterwards) : 'nothing',
  }));
}

/** Whether a visit counts as one of the purchases. */
export function meansToPay(behaviour: Behaviour): boolean {
  return payingBehaviours.some((paying) => paying === behaviour);
}

/** Each kind about equally often, so that even a short drill has every one of them. */
function dealt<Kind>(random: Random, kinds: readonly Kind[], count: number): Kind[] {
  const rounds = Math.ceil(count / kinds.length);
  return Array.from({ length: rounds }, () => random.shuffled(kinds))
    .flat()
    .slice(0, count);
}

function wishes(random: Random, behaviour: Behaviour): Visit['wants'] {
  if (behaviour === 'wants what is scarce') {
    return [{ product: plainProducts + random.between(0, scarceProducts - 1), quantity: 1 }];
  }
  const all = Array.from({ length: plainProducts }, (_, product) => product);
  return random
    .shuffled(all)
    .slice(0, random.between(1, 2))
    .map((product) => ({ product, quantity: random.between(1, 3) }));
}
