import { Long } from 'bson';
import { type Document, decode, isDocument } from '../bson/document.js';
import { isNumeric, isTruthy, typeName, wholeNumber } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import type { Request } from '../wire/request.js';

/** Arguments and options that change what MongoDB answers, and that nothing sends. */
const NOT_IMPLEMENTED = new Set(
  (
    'allowDiskUse allowPartialResults autoIndexId awaitData bypassDocumentValidation c capped clusteredIndex ' +
    'collation comment expireAfterSeconds explain fields hidden hint let max min noCursorTimeout pipeline ' +
    'readConcern returnKey showRecordId size skip sort storageEngine tailable timeseries validationAction ' +
    'validationLevel validator viewOn wildcardProjection'
  ).split(' '),
);

/** The refusal of an argument that is not read: 238 where MongoDB reads it, and `code` where it does not either. */
export function refusedArgument(command: string, argument: string, code: number): CommandError {
  if (NOT_IMPLEMENTED.has(argument)) return notImplemented(`'${argument}' of ${command}`);
  return new CommandError(code, `BSON field '${command}.${argument}' is an unknown field.`);
}

/**
 * The arguments of a command, or of one statement in it, read with their types checked: a wrong one is
 * refused (14) with the argument's name, as MongoDB does.
 */
export class Arguments {
  readonly #name: string;
  readonly #values: Document;

  /** @param name the command, for messages: `find`, `update.updates` */
  constructor(name: string, values: Document) {
    this.#name = name;
    this.#values = values;
  }

  /** The value as it is; undefined when missing or null. */
  value(argument: string): unknown {
    return this.#values[argument] ?? undefined;
  }

  /** An embedded document; empty when missing. */
  document(argument: string): Document {
    const value = this.value(argument) ?? {};
    return isDocument(value) ? value : this.#refuse(argument, 'object');
  }

  list(argument: string): unknown[] {
    const value = this.value(argument) ?? [];
    return Array.isArray(value) ? value : this.#refuse(argument, 'array');
  }

  documents(argument: string): Document[] {
    return this.list(argument).map((value) => (isDocument(value) ? value : this.#refuse(argument, 'object')));
  }

  text(argument: string): string {
    const value = this.value(argument);
    if (value === undefined) {
      throw new CommandError(40414, `BSON field '${this.#name}.${argument}' is missing but a required field`);
    }
    return typeof value === 'string' ? value : this.#refuse(argument, 'string');
  }

  flag(argument: string): boolean {
    const value = this.value(argument) ?? false;
    return typeof value === 'boolean' || isNumeric(value) ? isTruthy(value) : this.#refuse(argument, 'bool');
  }

  /** A whole number that is not negative; undefined when missing. */
  count(argument: string): number | undefined {
    const value = this.value(argument);
    if (value === undefined) return undefined;
    const count = wholeNumber(value) ?? this.#refuse(argument, 'int');
    if (count >= 0) return count;
    throw new CommandError(51024, `BSON field '${argument}' value must be >= 0, actual value '${count}'`);
  }

  /** Ids of cursors. */
  ids(argument: string): bigint[] {
    const value = this.value(argument);
    return (Array.isArray(value) ? value : [value]).map((id) =>
      id instanceof Long ? id.toBigInt() : BigInt(wholeNumber(id) ?? this.#refuse(argument, 'long')),
    );
  }

  /** Refuses arguments that are not read: to ignore one could mean to answer something else. */
  refuseUnknown(known: ReadonlySet<string>): void {
    for (const argument of Object.keys(this.#values)) {
      if (!known.has(argument)) throw refusedArgument(this.#name, argument, 40415);
    }
  }

  #refuse(argument: string, expected: string): never {
    const type = typeName(this.value(argument));
    throw new CommandError(
      14,
      `BSON field '${this.#name}.${argument}' is the wrong type '${type}', expected type '${expected}'`,
    );
  }
}

/** The statements of a write command, from beside the command or from inside it. */
export function statements(request: Request, argument: string): Arguments[] {
  const [command = ''] = Object.keys(request.command);
  const documents =
    request.sequences.get(argument)?.map(decode) ??
    new Arguments(command, request.command).documents(argument);
  return documents.map((document) => new Arguments(`${command}.${argument}`, document));
}
