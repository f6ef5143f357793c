import { createProduct, type RpcFailure } from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { chargeLimitsText } from '../domain/labels.js';
import { decimalsOf, parsePrice } from '../domain/money.js';
import { parseForm, typed } from '../http/forms.js';
import type { ShopperHandler } from '../http/guards.js';
import { largestPicture } from '../http/uploads.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';

interface CreateProductModel {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
  /** The trace id, if product-service did not answer. */
  readonly unavailableTraceId: string | undefined;
  readonly currency: string;
  readonly priceExample: string;
  readonly largestPicture: string;
  readonly csrfToken: string;
}

const contract = createProduct.request.shape;
const fieldNames = ['name', 'price', 'quantity', 'category', 'description'] as const;

function formOf(currency: string) {
  const example = priceExample(currency);
  return z.object({
    name: contract.name,
    price: z
      .string(`must be a price such as ${example}`)
      .transform((text, context) => {
        const price = parsePrice(text, currency);
        if (price !== undefined && price > 0) return price;
        context.addIssue({ code: 'custom', message: `must be a price such as ${example}` });
        return z.NEVER;
      })
      .pipe(contract.price),
    quantity: z
      .string('must be a whole number')
      .trim()
      .regex(/^\d{1,9}$/, 'must be a whole number, 0 or more')
      .transform(Number)
      .pipe(contract.quantity),
    category: z
      .string('must be a text')
      .transform((text) => text.trim() || 'Other')
      .pipe(contract.category.unwrap()),
    description: contract.description.unwrap(),
  });
}

function priceExample(currency: string): string {
  return decimalsOf(currency) === 0 ? '1850' : `18.${'50'.padEnd(decimalsOf(currency), '0')}`;
}

export interface CreateProductPages {
  /** `GET /createproduct` */
  readonly show: RequestHandler;
  /** `POST /createproduct`, after the upload was read. */
  readonly create: ShopperHandler;
}

export function createProductPages({ rpc, pages, config }: Context): CreateProductPages {
  const view = compileView<CreateProductModel>('create-product');
  const form = formOf(config.CURRENCY);

  function show(request: Request, response: Response, status = 200, problems = {}): void {
    pages.send(request, response, {
      title: 'Add a product',
      status,
      body: view({
        values: Object.fromEntries(fieldNames.map((field) => [field, typed(request, field)])),
        problems,
        unavailableTraceId: status === 503 ? response.locals.traceId : undefined,
        currency: config.CURRENCY,
        priceExample: priceExample(config.CURRENCY),
        largestPicture,
        csrfToken: pages.token(request, response),
      }),
    });
  }

  async function create(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const { pictureProblem } = response.locals;
    const filled = parseForm(form, request);
    if (!filled.ok || pictureProblem !== undefined) {
      const problems = filled.ok ? {} : filled.problems;
      return show(request, response, 422, {
        ...problems,
        ...(pictureProblem === undefined ? {} : { image: pictureProblem }),
      });
    }
    const picture =
      request.file && request.file.size > 0 ? request.file.buffer.toString('base64') : undefined;
    const reply = await rpc.tryCall(
      createProduct,
      { ...filled.fields, ...(picture === undefined ? {} : { imageBase64: picture }) },
      { identity: shopper.identity },
    );
    if (!reply.ok) {
      const problems = problemsOf(reply.error);
      return problems ? show(request, response, 422, problems) : show(request, response, 503);
    }
    leaveNotice(request, { kind: 'good', text: `${reply.product.name} is in the catalogue.` });
    return response.redirect(303, `/products/${reply.product.productId}`);
  }

  return { show: (request, response) => show(request, response), create };
}

/** What is wrong with a field; undefined if product-service does not answer. */
function problemsOf(
  error: RpcFailure<typeof createProduct> | RpcUnavailable['error'],
): Readonly<Record<string, string>> | undefined {
  switch (error.code) {
    case 'price-not-payable':
      return { price: `can be ${chargeLimitsText(error.details)}: that is what Stripe takes` };
    case 'image-unreadable':
      return { image: 'is not a picture that can be read: take a PNG, JPEG, WebP, AVIF or GIF file' };
    case 'unavailable':
      return undefined;
  }
}
