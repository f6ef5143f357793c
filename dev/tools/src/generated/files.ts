import { asyncApiJson, brokerDefinitions, messagesMarkdown } from '@micromall/contracts';
import { grafanaFiles } from '@micromall/grafana';
import { repositoryRoot } from '@micromall/launcher/root';
import { alloyConfiguration } from './alloy.js';
import { launchConfigurations } from './launch-configurations.js';
import { envExample, variablesPage } from './variables.js';

export interface GeneratedFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly content: string;
}

function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Every file of the project that is made from code as it should be now. */
export function generatedFiles(): GeneratedFile[] {
  return [
    { path: 'rabbitmq/definitions.json', content: prettyJson(brokerDefinitions()) },
    { path: 'docs/asyncapi.json', content: asyncApiJson() },
    { path: 'docs/messages.md', content: messagesMarkdown() },
    { path: '.env.example', content: envExample() },
    { path: '.vscode/launch.json', content: prettyJson(launchConfigurations()) },
    { path: 'docs/variables.md', content: variablesPage() },
    ...grafanaFiles(repositoryRoot),
    { path: 'alloy/config.alloy', content: alloyConfiguration() },
  ];
}
