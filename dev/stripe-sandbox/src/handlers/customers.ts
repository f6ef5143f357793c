import { z } from 'zod';
import { createCustomer, toCustomer } from '../domain/customers.js';
import { pageOf, pageParameters } from './lists.js';
import { email, metadata, text } from './parameters.js';
import { defineRoute } from './route.js';

const ADDRESS = '/v1/customers';

const create = defineRoute(
  { method: 'post', path: ADDRESS },
  z.strictObject({ email: email().optional(), metadata: metadata() }),
  (sandbox, { email = null, metadata }) => toCustomer(createCustomer(sandbox, { email, metadata })),
);

const list = defineRoute(
  { method: 'get', path: ADDRESS },
  z.strictObject({ ...pageParameters, email: text(512).optional() }),
  (sandbox, { email, ...page }) => {
    const all = sandbox.store.customers.newestFirst();
    const found = email === undefined ? all : all.filter((customer) => customer.email === email);
    return pageOf(sandbox, ADDRESS, found, page, toCustomer);
  },
);

export const customerRoutes = [create, list];
