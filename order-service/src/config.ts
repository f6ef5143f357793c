import { minorUnits } from '@micromall/contracts';
import {
  ConfigurationError,
  databaseVariables,
  type Environment,
  failpointVariable,
  milliseconds,
  readVariables,
  serviceVariables,
  shopVariables,
  type Values,
  type Variables,
  variable,
} from '@micromall/platform';
import { z } from 'zod';
import type { Shipping } from './domain/order.js';
import { failpoints } from './failpoints.js';

const wholeNumber = z.coerce.number('must be a number').int('must be a whole number');
const days = wholeNumber.min(1, 'must be at least 1').max(365, 'must be at most 365');

/** Every variable that order-service reads. */
export const variables = {
  ...serviceVariables,
  ...databaseVariables,
  CURRENCY: shopVariables.CURRENCY,
  SHIPPING_AMOUNT: variable(wholeNumber.pipe(minorUnits), {
    meaning: 'What the delivery of an order costs, in minor units (500 means 5.00).',
    default: '500',
    example: '500',
  }),
  SHIPPING_LABEL: variable(z.string().min(1).max(100), {
    meaning: 'What the delivery is called on the confirm page and on the payment page.',
    default: 'Standard Delivery',
    example: 'By bicycle',
  }),
  SHIPPING_MIN_DAYS: variable(days, {
    meaning: 'The fewest business days that a delivery takes.',
    default: '5',
    example: '5',
  }),
  SHIPPING_MAX_DAYS: variable(days, {
    meaning: 'The most business days that a delivery takes.',
    default: '7',
    example: '7',
  }),
  CHECKOUT_MINUTES: variable(
    // Stripe allows 30 minutes to 24 hours from the moment in which it makes the session, which is a little later.
    wholeNumber.min(31, 'must be at least 31').max(1439, 'must be at most 1439'),
    {
      meaning: 'How long the payment page of an order stays open and its stock is held, in minutes.',
      default: '35',
      example: '60',
    },
  ),
  CHECKOUT_SWEEP_MS: variable(milliseconds, {
    meaning: 'How often orders that wait for their payment or refund are checked, in milliseconds.',
    default: '15000',
    example: '15000',
  }),
  OUTBOX_RELAY_MS: variable(milliseconds, {
    meaning:
      'How often events that could not be sent are tried again, in milliseconds; each further pause of one is twice as long, up to ten minutes.',
    default: '5000',
    example: '5000',
  }),
  FAILPOINT: failpointVariable(failpoints),
} as const satisfies Variables;

/** The settings of order-service. */
export type Config = Values<typeof variables> & { readonly shipping: Shipping };

/** @throws {ConfigurationError} naming everything that is wrong */
export function readConfig(environment: Environment): Config {
  const values = readVariables(variables, environment);
  if (values.SHIPPING_MIN_DAYS > values.SHIPPING_MAX_DAYS) {
    throw new ConfigurationError([
      `SHIPPING_MIN_DAYS=${values.SHIPPING_MIN_DAYS} is more than SHIPPING_MAX_DAYS=${values.SHIPPING_MAX_DAYS}: the fewest days come first.`,
    ]);
  }
  return {
    ...values,
    shipping: {
      label: values.SHIPPING_LABEL,
      amount: values.SHIPPING_AMOUNT,
      minDays: values.SHIPPING_MIN_DAYS,
      maxDays: values.SHIPPING_MAX_DAYS,
    },
  };
}
