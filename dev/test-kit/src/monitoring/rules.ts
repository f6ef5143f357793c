import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { parse } from 'yaml';
import { z } from 'zod';

export const prometheusDirectory = join(repositoryRoot, 'prometheus');

const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const recording = z.strictObject({ record: z.string(), expr: z.string() });
const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([alert, recording])) })),
});

export type AlertRule = z.output<typeof alert>;
export type RecordingRule = z.output<typeof recording>;

/** The rules of `prometheus/rules`, which serve in containers and beside `npm start` alike. */
export interface Rules {
  readonly alerts: readonly AlertRule[];
  readonly recordings: readonly RecordingRule[];
}

/** The names of the files of rules. */
export function ruleFiles(): string[] {
  return readdirSync(join(prometheusDirectory, 'rules')).filter((file) => file.endsWith('.yml'));
}

/**
 * Reads every rule.
 * @throws {z.ZodError} where a rule has not exactly what each must have: an alert its severity, its words and its runbook
 */
export function readRules(): Rules {
  const rules = ruleFiles().flatMap((file) => {
    const text = readFileSync(join(prometheusDirectory, 'rules', file), 'utf8');
    return ruleFile.parse(parse(text)).groups.flatMap((group) => group.rules);
  });
  return {
    alerts: rules.filter((rule) => 'alert' in rule),
    recordings: rules.filter((rule) => 'record' in rule),
  };
}
