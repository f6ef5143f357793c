import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { parse } from 'yaml';
import { z } from 'zod';
import { executeTemplate } from './go-template.js';
import { goTime } from './go-time.js';

/** One line, or several that belong together, on its way to Loki. */
export interface Entry {
  line: string;
  labels: Record<string, string>;
  metadata: Record<string, string>;
  /** Undefined: the time at which it was read. */
  time: Date | undefined;
  extracted: Record<string, string>;
}

const names = z.record(z.string(), z.string().nullable());

const stageSchema = z.union([
  z.strictObject({ match: z.strictObject({ selector: z.string(), stages: z.array(z.unknown()) }) }),
  z.strictObject({
    multiline: z.strictObject({
      firstline: z.string(),
      max_wait_time: z.string().optional(),
      max_lines: z.number().optional(),
    }),
  }),
  z.strictObject({ json: z.strictObject({ expressions: names }) }),
  z.strictObject({ regex: z.strictObject({ expression: z.string() }) }),
  z.strictObject({ replace: z.strictObject({ expression: z.string(), replace: z.string() }) }),
  z.strictObject({ template: z.strictObject({ source: z.string(), template: z.string() }) }),
  z.strictObject({ labels: names }),
  z.strictObject({ labeldrop: z.array(z.string()) }),
  z.strictObject({ structured_metadata: names }),
  z.strictObject({
    timestamp: z.strictObject({
      source: z.string(),
      format: z.string(),
      fallback_formats: z.array(z.string()).optional(),
      action_on_failure: z.literal('skip'),
    }),
  }),
]);
type Stage = z.infer<typeof stageSchema>;

const configSchema = z.object({
  scrape_configs: z.array(z.object({ job_name: z.string(), pipeline_stages: z.array(stageSchema) })),
});

/** The stages of a job in promtail/promtail.yaml. */
export function stagesOf(job: string): Stage[] {
  const config = configSchema.parse(
    parse(readFileSync(join(repositoryRoot, 'promtail', 'promtail.yaml'), 'utf8')),
  );
  const found = config.scrape_configs.find(({ job_name }) => job_name === job);
  if (!found) throw new Error(`promtail.yaml has no job ${job}`);
  return found.pipeline_stages;
}

/** What Promtail would send to Loki: https://grafana.com/docs/loki/v3.6.x/send-data/promtail/stages/ */
export function run(
  stages: readonly Stage[],
  lines: readonly string[],
  labels: Record<string, string>,
): Entry[] {
  const entries = lines.map((line) => ({
    line,
    labels: { ...labels },
    metadata: {},
    time: undefined,
    extracted: { ...labels },
  }));
  return stages.reduce<Entry[]>((current, stage) => runStage(stage, current), entries);
}

function runStage(stage: Stage, entries: Entry[]): Entry[] {
  if ('multiline' in stage) return joined(entries, javascriptPattern(stage.multiline.firstline));
  if ('match' in stage) {
    const inner = z.array(stageSchema).parse(stage.match.stages);
    const [chosen, others] = [entries.filter(isChosen), entries.filter((entry) => !isChosen(entry))];
    return [...others, ...inner.reduce<Entry[]>((current, each) => runStage(each, current), chosen)];
  }
  for (const entry of entries) changeEntry(stage, entry);
  return entries;

  function isChosen({ labels }: Entry): boolean {
    return 'match' in stage && selects(stage.match.selector, labels);
  }
}

function changeEntry(stage: Exclude<Stage, { match: unknown } | { multiline: unknown }>, entry: Entry): void {
  const { extracted } = entry;
  if ('json' in stage) Object.assign(extracted, fromJson(entry.line, stage.json.expressions));
  else if ('regex' in stage) {
    const groups = javascriptPattern(stage.regex.expression).exec(entry.line)?.groups ?? {};
    Object.assign(extracted, groups);
  } else if ('replace' in stage) {
    const pattern = new RegExp(javascriptPattern(stage.replace.expression).source, 'g');
    entry.line = entry.line.replaceAll(pattern, () => stage.replace.replace);
  } else if ('template' in stage) {
    const { source, template } = stage.template;
    const result = executeTemplate(template, { ...extracted, Value: extracted[source], Entry: entry.line });
    if (result === '') delete extracted[source];
    else if (result !== undefined) extracted[source] = result;
  } else if ('labels' in stage) Object.assign(entry.labels, chosenFrom(extracted, stage.labels));
  else if ('structured_metadata' in stage)
    Object.assign(entry.metadata, chosenFrom(extracted, stage.structured_metadata));
  else if ('labeldrop' in stage) for (const name of stage.labeldrop) delete entry.labels[name];
  else {
    const { source, format, fallback_formats = [] } = stage.timestamp;
    const text = extracted[source];
    if (text === undefined) return;
    entry.time = [format, ...fallback_formats]
      .map((each) => goTime(text, each))
      .find((time) => time !== undefined);
  }
}

function chosenFrom(
  extracted: Record<string, string>,
  wanted: z.infer<typeof names>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, source]) => {
      const value = extracted[source ?? name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Lines before the first that begins an entry pass as they are, as in Promtail. */
function joined(entries: Entry[], firstLine: RegExp): Entry[] {
  const result: Entry[] = [];
  let begun = false;
  for (const entry of entries) {
    const last = result.at(-1);
    if (firstLine.test(entry.line)) begun = true;
    else if (begun && last) {
      last.line += `\n${entry.line}`;
      continue;
    }
    result.push(entry);
  }
  return result;
}

/** Understands `a` and `a."$b"`, which is all of JMESPath that the file uses. */
function fromJson(line: string, expressions: z.infer<typeof names>): Record<string, string> {
  const document = jsonOf(line);
  if (document === undefined) return {};
  return Object.fromEntries(
    Object.entries(expressions).flatMap(([name, path]) => {
      const keys = (path ?? name).match(/"[^"]+"|\w+/g) ?? [];
      const value = keys.reduce<unknown>(
        (current, key) =>
          z.record(z.string(), z.unknown()).safeParse(current).data?.[key.replaceAll('"', '')],
        document,
      );
      return value === undefined || value === null ? [] : [[name, String(value)]];
    }),
  );
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function selects(selector: string, labels: Record<string, string>): boolean {
  const conditions = [...selector.matchAll(/(\w+)(=~|=)"([^"]*)"/g)];
  if (conditions.length === 0) throw new Error(`No condition is understood in ${selector}`);
  return conditions.every(([, name = '', operator, value = '']) => {
    const actual = labels[name] ?? '';
    return operator === '=' ? actual === value : new RegExp(`^(?:${value})$`).test(actual);
  });
}

/** Promtail's patterns are Go's RE2; what the file uses differs from JavaScript only in how groups are named. */
export function javascriptPattern(pattern: string): RegExp {
  if (/\(\?[=!<]/.test(pattern)) throw new Error(`RE2 can neither look ahead nor back: ${pattern}`);
  return new RegExp(pattern.replaceAll('(?P<', '(?<'));
}
