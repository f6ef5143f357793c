import { z } from 'zod';
import type { ServiceName } from './services.js';

/**
 * Who may have the work of a queue done. Being listed among `callers` comes first (the broker vouches for the
 * caller's name); this says what the caller must also bring. Someone who publishes straight into the queue
 * (the RabbitMQ GUI) is the shop's operator and may do all of it, except what is about a person's own things: no
 * service has that permission.
 * - `anyone`: nothing more
 * - `shopper`: the identity of a person who is logged in
 * - `person`: the same, and the operator must bring one too, since the work is about that person's own things
 * - `admin`: the identity of a person with the role `admin`
 * - `service`: nothing more, and no person stands behind the call
 */
export type Access = 'anyone' | 'shopper' | 'person' | 'admin' | 'service';

/**
 * What happens when the same message is handled twice.
 * - `read`: nothing changes at all
 * - `idempotent`: the second time changes nothing, by the words of the request alone
 * - `once`: the second time changes nothing because the handler remembers the call's id; a redelivered message
 *   that carries none can't be told from a new one and is parked for a person to decide
 */
export type Effect = 'read' | 'idempotent' | 'once';

/** Parses the body of a request. */
export type RequestSchema = z.ZodType;
/** Parses what stands beside `ok: true`. */
export type ResponseSchema = z.ZodObject;

/** An outcome that callers should expect, with what they need to explain it to a person. */
export interface FailureContract<Details extends z.ZodType = z.ZodType> {
  readonly meaning: string;
  readonly details: Details;
}

/** The failures of a contract by their code. */
export type FailureContracts = Readonly<Record<string, FailureContract>>;

/** A failure that a contract names; `details` describes what a caller gets beside the message. */
export function failure(meaning: string): FailureContract<z.ZodUndefined>;
export function failure<Details extends z.ZodType>(
  meaning: string,
  details: Details,
): FailureContract<Details>;
export function failure(meaning: string, details: z.ZodType = z.undefined()): FailureContract {
  return { meaning, details };
}

/** A queue that does work and answers; see {@link defineRpc}. */
export interface RpcContract<
  Request extends RequestSchema = RequestSchema,
  Response extends ResponseSchema = ResponseSchema,
  Failures extends FailureContracts = FailureContracts,
> {
  readonly queue: string;
  readonly owner: ServiceName;
  readonly callers: readonly ServiceName[];
  readonly access: Access;
  readonly effect: Effect;
  /** How long a caller waits for the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Requests hold a secret, such as a password: neither a log nor a dead letter keeps what they say. */
  readonly secret: boolean;
  readonly summary: string;
  readonly request: Request;
  /** What stands beside `ok: true` in the answer. */
  readonly response: Response;
  readonly failures: Failures;
  readonly example: { readonly request: z.input<Request>; readonly response: z.input<Response> };
}

/**
 * The answer to a call: a tagged union, so that an expected failure is a value and not an exception. A contract
 * without failures has only `ok: true`.
 */
export type RpcReply<Contract extends RpcContract> =
  | ({ ok: true } & NamedFields<z.output<Contract['response']>>)
  | FailedReply<RpcFailure<Contract>>;

/** Distributes over `never`: where nothing can fail there is no failed reply. */
type FailedReply<Failure> = Failure extends unknown ? { ok: false; error: Failure } : never;

/** For an answer without fields zod infers `Record<string, never>`, with which not even `ok` could stand. */
type NamedFields<Response> = string extends keyof Response ? unknown : Response;

/** The failures that a contract names, as its caller gets them; never if it names none. */
export type RpcFailure<Contract extends RpcContract> = {
  [Code in keyof Contract['failures'] & string]: {
    code: Code;
    message: string;
    details: z.output<Contract['failures'][Code]['details']>;
  };
}[keyof Contract['failures'] & string];

/** A request as its handler gets it: parsed, with its defaults. */
export type RpcRequest<Contract extends RpcContract> = z.output<Contract['request']>;
/** A request as its caller writes it. */
export type RpcRequestInput<Contract extends RpcContract> = z.input<Contract['request']>;

/** Defines a queue that does work and answers. The example is parsed here, so it can't drift from the schema. */
export function defineRpc<
  Request extends RequestSchema,
  Response extends ResponseSchema,
  const Failures extends FailureContracts = Record<never, never>,
>(
  contract: Omit<RpcContract<Request, Response, Failures>, 'failures' | 'timeoutMs' | 'secret'> & {
    failures?: Failures;
    timeoutMs?: number;
    secret?: boolean;
  },
): RpcContract<Request, Response, Failures> {
  contract.request.parse(contract.example.request);
  contract.response.parse(contract.example.response);
  // Without `failures` the type parameter is the empty record, which is what the fallback is.
  const failures = contract.failures ?? ({} as Failures);
  return { ...contract, failures, timeoutMs: contract.timeoutMs ?? 5_000, secret: contract.secret ?? false };
}

/** An event; see {@link defineEvent}. */
export interface EventContract<Payload extends z.ZodType = z.ZodType> {
  /** The routing key: `<thing>.<what happened to it>`. */
  readonly name: string;
  readonly emitter: ServiceName;
  readonly subscribers: readonly ServiceName[];
  readonly summary: string;
  readonly payload: Payload;
  readonly example: z.input<Payload>;
}

/** A payload as its handler gets it: parsed. */
export type EventPayload<Contract extends EventContract> = z.output<Contract['payload']>;
/** A payload as its emitter writes it. */
export type EventPayloadInput<Contract extends EventContract> = z.input<Contract['payload']>;

/** Defines an event. The example is parsed here, so it can't drift from the schema. */
export function defineEvent<Payload extends z.ZodType>(
  contract: EventContract<Payload>,
): EventContract<Payload> {
  contract.payload.parse(contract.example);
  return contract;
}
