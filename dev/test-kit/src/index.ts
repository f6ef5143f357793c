export { openBrowser } from './browser.js';
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
export { type Operator, operatorAt } from './operator.js';
export { type Authority, type Peer, startAuthority, startPeer, testEnvironment } from './peer.js';
export {
  hiddenFieldsOf,
  type Page,
  type PaymentOutcome,
  type Placed,
  WebShopper,
} from './shopper.js';
export { createVhost, testPassword, type Vhost } from './vhost.js';
