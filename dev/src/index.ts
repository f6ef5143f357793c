export { type Broker, type BrokerOptions, createBroker, startBroker } from './broker/broker.js';
export { type Management, managementApi } from './broker/management.js';
export type { BrokerPorts } from './broker/node-files.js';
export { withPasswords } from './broker/passwords.js';
export {
  createEmbeddedMongo,
  type DatabaseOptions,
  startEmbeddedMongo,
} from './launcher/database.js';
export { silentOutput, terminalOutput } from './launcher/output.js';
export { startShop } from './launcher/shop.js';
export type { Shop, ShopOptions, ShopProcess } from './launcher/shop-types.js';
export { variables as launcherVariables } from './launcher/variables.js';
export { findStories, type Story } from './logs/find-story.js';
export { tellStory } from './logs/tell-story.js';
export { capturedDirectory, capturedMetricNames } from './monitoring/captured.js';
export { labelNamesOf, metricNamesOf } from './monitoring/exposition.js';
export {
  extractMetricNames,
  type LabelMatcher,
  PromqlError,
  type Selector,
  selectorsOf,
  withoutGrafanaVariables,
} from './monitoring/promql.js';
export {
  type AlertRule,
  prometheusDirectory,
  type RecordingRule,
  type Rules,
  readRules,
  ruleFiles,
} from './monitoring/rules.js';
export { freePort, freePorts, isPortFree } from './processes/ports.js';
export { until } from './processes/waiting.js';
export { repositoryRoot } from './root.js';
export { seedShop } from './seed.js';
export { openBrowser } from './test-bed/browser.js';
export type { FetchedMessage } from './test-bed/gui.js';
export { type Operator, operatorAt } from './test-bed/operator.js';
export { type Authority, type Peer, startAuthority, startPeer, testEnvironment } from './test-bed/peer.js';
export {
  hiddenFieldsOf,
  type Page,
  type PaymentOutcome,
  type Placed,
  WebShopper,
} from './test-bed/shopper.js';
export { createVhost, testPassword, type Vhost } from './test-bed/vhost.js';
