import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.record(z.string(), z.string());

const ruleSchema = z.union([
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string().optional(),
    keep_firing_for: z.string().optional(),
    labels: text.optional(),
    annotations: text.optional(),
  }),
  z.strictObject({ record: z.string(), expr: z.string(), labels: text.optional() }),
]);

const fileSchema = z.object({
  groups: z.array(
    z.object({ name: z.string(), interval: z.string().optional(), rules: z.array(ruleSchema) }),
  ),
});

export type Rule = z.infer<typeof ruleSchema>;
export type AlertRule = Extract<Rule, { alert: string }>;
export type RuleGroup = z.infer<typeof fileSchema>['groups'][number];

/**
 * The groups of rules in a folder of Prometheus's rule files (`*.yml`), in the order of the files' names.
 * Format: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function readRuleGroups(folder: string): RuleGroup[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
  return files.sort().flatMap((file) => {
    const parsed = fileSchema.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
    if (!parsed.success) throw new Error(`${file} is not a file of rules:\n${z.prettifyError(parsed.error)}`);
    return parsed.data.groups;
  });
}
