import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { parse } from 'yaml';
import { z } from 'zod';

type Setting = string | number | readonly string[] | Readonly<Record<string, string | null>>;

const settingSchema = z.union([
  z.string(),
  z.number(),
  z.array(z.string()),
  z.record(z.string(), z.string().nullable()),
]);

/** A stage of Promtail's: its kind, and what is set in it. */
const stageSchema = z.record(z.string(), z.unknown());

const matchSchema = z.strictObject({ selector: z.string(), stages: z.array(stageSchema) });

const promtailSchema = z.object({
  scrape_configs: z.array(z.object({ job_name: z.string(), pipeline_stages: z.array(stageSchema) })),
});

/** Stages that Alloy calls otherwise. */
const otherNames: Readonly<Record<string, string>> = { labeldrop: 'label_drop' };
/** Stages that are nothing but a list or a map in Promtail, which Alloy calls `values`. */
const plainStages = new Set(['labels', 'structured_metadata', 'labeldrop']);

/** Alloy's configuration, with the very stages of promtail/promtail.yaml. */
export function alloyConfiguration(): string {
  const file = readFileSync(join(repositoryRoot, 'promtail', 'promtail.yaml'), 'utf8');
  const jobs = promtailSchema.parse(parse(file)).scrape_configs;

  function stagesOf(job: string): string {
    const found = jobs.find(({ job_name }) => job_name === job);
    if (!found) throw new Error(`promtail.yaml has no job ${job}`);
    return found.pipeline_stages.map((stage) => written(stage, 1)).join('\n');
  }

  return `// Made by npm run generate: the stages are those of promtail/promtail.yaml, where the comments are.
// Grafana Alloy in Promtail's place: docker compose --profile alloy up --scale promtail=0
// Reference: https://grafana.com/docs/alloy/latest/reference/components/loki/

logging {
	level  = "warn"
	format = "logfmt"
}

discovery.docker "containers" {
	host             = "tcp://docker-proxy:2375"
	refresh_interval = "5s"

	filter {
		name   = "label"
		values = ["com.docker.compose.project=micromall"]
	}
}

// The stream is known only line by line, so these are rules for the source and not for the targets.
discovery.relabel "containers" {
	targets = []

	rule {
		source_labels = ["__meta_docker_container_label_com_docker_compose_service"]
		target_label  = "service"
	}

	rule {
		source_labels = ["__meta_docker_container_log_stream"]
		target_label  = "stream"
	}
}

loki.source.docker "containers" {
	host          = "tcp://docker-proxy:2375"
	targets       = discovery.docker.containers.targets
	relabel_rules = discovery.relabel.containers.rules
	forward_to    = [loki.process.containers.receiver]
}

loki.process "containers" {
	forward_to = [loki.write.loki.receiver]

${stagesOf('containers')}}

// The Docker daemon's own log, where DOCKER_LOG_DIRECTORY mounts it.
loki.source.journal "docker" {
	path       = "/var/log"
	matches    = "_SYSTEMD_UNIT=docker.service"
	max_age    = "12h"
	labels     = {service = "docker", stream = "journal"}
	forward_to = [loki.process.docker.receiver]
}

local.file_match "docker" {
	path_targets = [{
		__path__ = "/var/log/{docker,dockerd,daemon}.log",
		service  = "docker",
		stream   = "file",
	}]
}

loki.source.file "docker" {
	targets    = local.file_match.docker.targets
	forward_to = [loki.process.docker.receiver]
}

loki.process "docker" {
	forward_to = [loki.write.loki.receiver]

${stagesOf('docker-journal')}}

loki.write "loki" {
	endpoint {
		url                 = "http://loki:3100/loki/api/v1/push"
		min_backoff_period  = "500ms"
		max_backoff_period  = "1m"
		max_backoff_retries = 20
	}
}
`;
}

function written(stage: z.infer<typeof stageSchema>, depth: number): string {
  const [[kind, content] = ['', undefined]] = Object.entries(stage);
  const indent = '\t'.repeat(depth);
  const inside = kind === 'match' ? matchOf(content, depth) : settingsOf(kind, content, depth + 1);
  return `${indent}stage.${otherNames[kind] ?? kind} {\n${inside}${indent}}\n`;
}

function matchOf(content: unknown, depth: number): string {
  const { selector, stages } = matchSchema.parse(content);
  const inner = stages.map((each) => written(each, depth + 1)).join('\n');
  return `${settings({ selector }, depth + 1)}\n${inner}`;
}

function settingsOf(kind: string, content: unknown, depth: number): string {
  if (plainStages.has(kind)) return settings({ values: settingSchema.parse(content) }, depth);
  return settings(z.record(z.string(), settingSchema).parse(content), depth);
}

/** Names padded to one width, as Alloy's own formatter does. */
function settings(all: Readonly<Record<string, Setting>>, depth: number): string {
  const width = Math.max(...Object.keys(all).map((name) => name.length));
  return Object.entries(all)
    .map(([name, value]) => `${'\t'.repeat(depth)}${name.padEnd(width)} = ${literal(value)}\n`)
    .join('');
}

function literal(value: Setting): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map(quoted).join(', ')}]`;
  const entries = Object.entries(value).map(([name, source]) => `${name} = ${quoted(source ?? '')}`);
  return `{${entries.join(', ')}}`;
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

/** Between backticks nothing needs an escape. */
function quoted(text: string): string {
  return /["\\]/.test(text) && !/[`\n]/.test(text) ? `\`${text}\`` : JSON.stringify(text);
}
