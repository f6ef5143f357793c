import { type Document, MAX_DOCUMENT_BYTES } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { MAX_MESSAGE_BYTES } from '../wire/frame.js';
import { type Command, reading } from './command.js';

/** The MongoDB whose behaviour is followed; wire version 21 is what 7.0 announces. */
const VERSION = '7.0.0';
const WIRE_VERSION = 21;

/**
 * How a client learns whom it talks to. Without `setName` and `topologyVersion` drivers take this for a
 * standalone server: no transactions, no retryable writes, no streaming heartbeat.
 */
function hello(): Document {
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ok: 1,
  };
}

const HELLO_ARGUMENTS = (
  'backpressure client compression helloOk loadBalanced maxAwaitTimeMS saslSupportedMechs ' +
  'speculativeAuthenticate topologyVersion'
).split(' ');

function buildInfo(): Document {
  return {
    version: VERSION,
    versionArray: VERSION.split('.').map(Number).concat(0),
    gitVersion: 'embedded',
    bits: 64,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    modules: [],
    ok: 1,
  };
}

function refuseCredentials(): never {
  throw new CommandError(
    18,
    'The embedded database has no users: authentication is not implemented. Leave user name and password out of the connection string.',
  );
}

/** Commands about the server itself. */
export const HANDSHAKE_COMMANDS: [string, Command][] = [
  reading('hello', HELLO_ARGUMENTS, hello),
  reading('ismaster', HELLO_ARGUMENTS, hello),
  reading('isMaster', HELLO_ARGUMENTS, hello),
  reading('ping', [], () => ({ ok: 1 })),
  reading('buildInfo', [], buildInfo),
  reading('endSessions', [], () => ({ ok: 1 })),
  reading('saslStart', ['autoAuthorize', 'mechanism', 'options', 'payload'], refuseCredentials),
];
