export type { FetchedMessage } from './gui.js';
export {
  type ConsumedEvent,
  expectOk,
  Harness,
  metricSum,
  newId,
  type Person,
  type Responder,
  type ServedRequest,
  settleWithinMs,
} from './harness.js';
export { type Authority, type Peer, startAuthority, startPeer, testEnvironment } from './peer.js';
export { createVhost, testPassword, type Vhost } from './vhost.js';
