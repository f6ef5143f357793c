import { parseArgs } from 'node:util';
import { z } from 'zod';

/** What a drill is to do. The same seed, purchases, shoppers and faults are the same plan. */
export interface DrillOptions {
  readonly seed: number;
  /** How many purchases are to end paid; some more end otherwise. */
  readonly purchases: number;
  /** How many of them go on at once. */
  readonly shoppers: number;
  readonly faults: boolean;
  /** How long the shop then serves shoppers at a steady rate while its memory is watched. */
  readonly soakMinutes: number;
  /** Where the ledger goes as Markdown, beside the terminal. */
  readonly ledgerFile: string | undefined;
  /** Whether data and logs of the shop stay for somebody to look at. */
  readonly keep: boolean;
}

export type ReadOptions =
  | { readonly is: 'drill'; readonly options: DrillOptions }
  | { readonly is: 'help' }
  | { readonly is: 'wrong'; readonly problems: readonly string[] };

export const usage = `npm run drill -- [options]

Starts a shop of its own, sends shoppers into it, kills, hangs and revives its parts meanwhile, and ends with a
ledger: what the Stripe stand-in was paid against the orders, the refunds, the stock and the events of the shop.
The exit code is 1 when the books do not agree.

  --seed N        which plan: the same seed is the same plan (default: by random; it is printed)
  --purchases N   how many purchases are to be paid, 0 to 100000 (default: 100)
  --shoppers N    how many shop at once, 1 to 200 (default: 8)
  --no-faults     nothing is killed, hung or delayed
  --soak MINUTES  afterwards a steady rate for so long, 3 to 1440, watching memory, channels and connections
  --ledger FILE   writes the ledger into a Markdown file, too
  --keep          leaves the data and the logs of the shop where they are, and says where
  --help          this text`;

const largestSeed = 4_294_967_295;

function wholeNumber(option: string, least: number, most: number, example: number) {
  const wrong = `--${option} must be a whole number from ${least} to ${most}, such as --${option} ${example}.`;
  return z
    .string()
    .regex(/^\d{1,10}$/, wrong)
    .transform(Number)
    .pipe(z.int(wrong).min(least, wrong).max(most, wrong));
}

const given = z.object({
  seed: wholeNumber('seed', 0, largestSeed, 42).optional(),
  purchases: wholeNumber('purchases', 0, 100_000, 100).default(100),
  shoppers: wholeNumber('shoppers', 1, 200, 8).default(8),
  soak: wholeNumber('soak', 3, 1_440, 10).default(0),
  'no-faults': z.boolean().default(false),
  ledger: z.string().min(1, '--ledger must name a file, such as --ledger ledger.md.').optional(),
  keep: z.boolean().default(false),
});

/**
 * Reads the command line.
 * @param newSeed gives the seed when none is named
 */
export function readOptions(
  commandLine: readonly string[],
  newSeed: () => number = () => Math.floor(Math.random() * 1_000_000),
): ReadOptions {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...commandLine],
      options: {
        seed: { type: 'string' },
        purchases: { type: 'string' },
        shoppers: { type: 'string' },
        soak: { type: 'string' },
        ledger: { type: 'string' },
        'no-faults': { type: 'boolean' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { is: 'wrong', problems: [error instanceof Error ? error.message : String(error)] };
  }
  if (values.help) return { is: 'help' };
  const parsed = given.safeParse(values);
  if (!parsed.success) {
    return { is: 'wrong', problems: [...new Set(parsed.error.issues.map(({ message }) => message))] };
  }
  const { seed = newSeed(), purchases, shoppers, soak, ledger, keep } = parsed.data;
  if (purchases === 0 && soak === 0) {
    return {
      is: 'wrong',
      problems: ['--purchases 0 leaves nothing to do, unless there is a --soak, such as --soak 10.'],
    };
  }
  return {
    is: 'drill',
    options: {
      seed,
      purchases,
      shoppers,
      faults: !parsed.data['no-faults'],
      soakMinutes: soak,
      ledgerFile: ledger,
      keep,
    },
  };
}
