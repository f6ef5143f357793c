import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiDocument, brokerDefinitions, messagesMarkdown } from '@micromall/contracts';
import { grafanaFiles } from '@micromall/grafana';
import { repositoryRoot } from '@micromall/launcher/root';
import { alloyConfiguration } from './alloy.js';
import { launchConfigurations } from './launch-configurations.js';
import { envExample, variablesTable } from './variables.js';

export interface GeneratedFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly content: string;
}

function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A document written by hand, with the part between two markers made anew. */
function withSection(path: string, section: string, content: string): GeneratedFile {
  const [begin, end] = [`<!-- ${section}: made by npm run generate -->`, `<!-- end of ${section} -->`];
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no section between "${begin}" and "${end}"`);
  return { path, content: `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}` };
}

/** Every file of the project that is made from code, wholly or in part, as it should be now. */
export function generatedFiles(): GeneratedFile[] {
  return [
    { path: 'rabbitmq/definitions.json', content: prettyJson(brokerDefinitions()) },
    { path: 'docs/asyncapi.json', content: prettyJson(asyncApiDocument()) },
    { path: 'docs/messages.md', content: messagesMarkdown() },
    { path: '.env.example', content: envExample() },
    { path: '.vscode/launch.json', content: prettyJson(launchConfigurations()) },
    withSection('README.md', 'variables', variablesTable()),
    ...grafanaFiles(repositoryRoot),
    { path: 'alloy/config.alloy', content: alloyConfiguration() },
  ];
}
