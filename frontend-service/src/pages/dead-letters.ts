import {
  type ChosenDeadLetters,
  type DeadLetter,
  type DeadLetterContracts,
  deadLetterContracts,
  deadLettersPerPage,
  type ServiceName,
} from '@micromall/contracts';
import type { RpcUnavailable } from '@micromall/platform';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Context } from '../context.js';
import { deadLetterLabels, discardedNotice, sentBackNotice } from '../domain/dead-letter-labels.js';
import type { Notice } from '../domain/notice.js';
import { parseForm } from '../http/forms.js';
import type { ShopperHandler } from '../http/guards.js';
import { type ProblemPages, problems } from '../http/problems.js';
import { compileView } from '../http/views.js';
import { leaveNotice } from '../store/sessions.js';
import type { Shopper } from '../store/shopper.js';

interface PartModel {
  readonly service: ServiceName;
  /** Undefined while the service is unavailable. */
  readonly letters:
    | readonly (DeadLetter & { readonly labels: ReturnType<typeof deadLetterLabels> })[]
    | undefined;
  readonly total: number;
  /** The address of the letters behind these, if there are any. */
  readonly more: string | undefined;
}

interface DeadLettersModel {
  readonly parts: readonly PartModel[];
  readonly isOnePart: boolean;
  readonly traceId: string;
  readonly csrfToken: string;
}

const wantedPart = z.object({
  service: z.string().optional(),
  skip: z.coerce.number().int().min(0).max(1_000).catch(0),
});
const decision = z.object({ service: z.string(), id: z.string().optional() });

export interface DeadLetterPages {
  /** `GET /admin/dead-letters`; with `?service=…&skip=…` a part of one service's. */
  readonly show: ShopperHandler;
  /** `POST /admin/dead-letters/send-back`: one with an `id`, or all of a service. */
  readonly sendBack: ShopperHandler;
  /** `POST /admin/dead-letters/discard`, likewise. */
  readonly discard: ShopperHandler;
}

/** What the services could not handle, for the people of the shop to decide about. */
export function createDeadLetterPages(context: Context, problemPages: ProblemPages): DeadLetterPages {
  const { rpc, pages } = context;
  const view = compileView<DeadLettersModel>('dead-letters');

  async function read(
    [service, contracts]: readonly [ServiceName, DeadLetterContracts],
    skip: number,
    identity: string,
  ): Promise<PartModel> {
    const reply = await rpc.tryCall(contracts.list, { skip }, { identity });
    if (!reply.ok) return { service, letters: undefined, total: 0, more: undefined };
    const { deadLetters, total } = reply;
    const next = skip + deadLetters.length;
    return {
      service,
      letters: deadLetters.map((letter) => ({ ...letter, labels: deadLetterLabels(letter) })),
      total,
      more:
        deadLetters.length === deadLettersPerPage && next < total
          ? `/admin/dead-letters?service=${service}&skip=${next}`
          : undefined,
    };
  }

  async function show(request: Request, response: Response, shopper: Shopper): Promise<void> {
    const wanted = wantedPart.safeParse(request.query);
    if (!wanted.success) return problemPages.send(request, response, problems.notFound);
    const { service, skip } = wanted.data;
    const services = [...deadLetterContracts].filter(([name]) => service === undefined || name === service);
    if (services.length === 0) return problemPages.send(request, response, problems.notFound);
    const from = service === undefined ? 0 : skip;
    const parts = await Promise.all(services.map((each) => read(each, from, shopper.identity)));
    return pages.send(request, response, {
      title: 'Dead letters',
      body: view({
        parts,
        isOnePart: service !== undefined,
        traceId: response.locals.traceId,
        csrfToken: pages.token(request, response),
      }),
    });
  }

  /** Has the decision carried out, and shows what is left. */
  function deciding(
    decide: (
      contracts: DeadLetterContracts,
      chosen: ChosenDeadLetters,
      shopper: Shopper,
    ) => Promise<Notice | RpcUnavailable>,
  ): ShopperHandler {
    return async (request, response, shopper) => {
      const form = parseForm(decision, request);
      const service = form.ok ? form.fields.service : undefined;
      const [, contracts] = [...deadLetterContracts].find(([name]) => name === service) ?? [];
      if (!form.ok || !contracts) return problemPages.send(request, response, problems.unreadable);
      const { id } = form.fields;
      const chosen = id === undefined ? { all: true as const } : { ids: [id] };
      const result = await decide(contracts, chosen, shopper);
      const text = `${service} does not answer, so we can not say what was done. Please look at what is left.`;
      leaveNotice(
        request,
        'ok' in result ? { kind: 'alert', text, traceId: response.locals.traceId } : result,
      );
      return response.redirect(303, '/admin/dead-letters');
    };
  }

  return {
    show,
    sendBack: deciding(async (contracts, chosen, { identity }) => {
      const reply = await rpc.tryCall(contracts.sendBack, chosen, { identity });
      return reply.ok ? sentBackNotice(reply) : reply;
    }),
    discard: deciding(async (contracts, chosen, { identity }) => {
      const reply = await rpc.tryCall(contracts.discard, chosen, { identity });
      return reply.ok ? discardedNotice(reply) : reply;
    }),
  };
}
