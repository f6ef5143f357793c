import { Long } from 'bson';
import { type Document, decode, isDocument } from '../bson/document.js';
import { isNumeric, simplestNumber, typeName } from '../bson/types.js';
import { CommandError, notImplemented } from '../errors.js';
import { isTruthy } from '../query/predicates.js';
import type { Request } from '../wire/request.js';

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

  get names(): string[] {
    return Object.keys(this.#values);
  }

  /** The value as it is; undefined when missing or null. */
  value(argument: string): unknown {
    return this.#values[argument] ?? undefined;
  }

  /** An embedded document; empty when missing. */
  document(argument: string): Document {
    const value = this.value(argument);
    if (value === undefined) return {};
    return isDocument(value) ? value : this.#refuse(argument, value, 'object');
  }

  list(argument: string): unknown[] {
    const value = this.value(argument);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.#refuse(argument, value, 'array');
  }

  text(argument: string): string {
    const value = this.value(argument);
    if (value === undefined) {
      throw new CommandError(40414, `BSON field '${this.#name}.${argument}' is missing but a required field`);
    }
    return typeof value === 'string' ? value : this.#refuse(argument, value, 'string');
  }

  flag(argument: string): boolean {
    const value = this.value(argument);
    if (value === undefined || typeof value === 'boolean' || isNumeric(value)) return isTruthy(value);
    return this.#refuse(argument, value, 'bool');
  }

  /** A whole number that is not negative; undefined when missing. */
  count(argument: string): number | undefined {
    const value = this.value(argument);
    if (value === undefined) return undefined;
    const plain = isNumeric(value) ? simplestNumber(value) : this.#refuse(argument, value, 'int');
    if (typeof plain !== 'number' || !Number.isInteger(plain)) return this.#refuse(argument, value, 'int');
    if (plain >= 0) return plain;
    throw new CommandError(51024, `BSON field '${argument}' value must be >= 0, actual value '${plain}'`);
  }

  /** A 64-bit integer, such as a cursor's id. */
  long(argument: string): bigint {
    return asBigInt(this.value(argument)) ?? this.#refuse(argument, this.value(argument), 'long');
  }

  longs(argument: string): bigint[] {
    return this.list(argument).map((value) => asBigInt(value) ?? this.#refuse(argument, value, 'long'));
  }

  /** Refuses (40415) arguments nobody here knows: ignoring one could mean answering something else. */
  refuseUnknown(known: ReadonlySet<string>): void {
    for (const argument of this.names) {
      if (known.has(argument)) continue;
      throw new CommandError(40415, `BSON field '${this.#name}.${argument}' is an unknown field.`);
    }
  }

  /** Refuses a collation other than the simple one, which is what MongoDB does without any. */
  refuseCollation(): void {
    const collation = this.document('collation');
    const simple = Object.keys(collation).length === 0 || collation.locale === 'simple';
    if (!simple) throw notImplemented('a collation other than {locale: "simple"}');
  }

  #refuse(argument: string, value: unknown, expected: string): never {
    throw new CommandError(
      14,
      `BSON field '${this.#name}.${argument}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
    );
  }
}

function asBigInt(value: unknown): bigint | undefined {
  if (value instanceof Long) return value.toBigInt();
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

/** The statements of a write command, from beside the command or from inside it. */
export function statements(request: Request, argument: string): Arguments[] {
  const [command] = Object.keys(request.command);
  const name = `${command}.${argument}`;
  const sequence = request.sequences.get(argument);
  if (sequence) return sequence.map((bytes) => new Arguments(name, decode(bytes)));
  return new Arguments(command ?? '', request.command).list(argument).map((statement) => {
    if (isDocument(statement)) return new Arguments(name, statement);
    throw new CommandError(14, `BSON field '${name}' holds a ${typeName(statement)}, expected type 'object'`);
  });
}
