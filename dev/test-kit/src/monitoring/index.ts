export { capturedDirectory, capturedMetricNames } from './captured.js';
export { labelNamesOf, metricNamesOf } from './exposition.js';
export {
  extractMetricNames,
  type LabelMatcher,
  PromqlError,
  type Selector,
  selectorsOf,
  withoutGrafanaVariables,
} from './promql.js';
export {
  type AlertRule,
  prometheusDirectory,
  type RecordingRule,
  type Rules,
  readRules,
  ruleFiles,
} from './rules.js';
