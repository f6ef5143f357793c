import { asyncApiDocument, brokerDefinitions, messagesMarkdown } from '@micromall/contracts';

export interface GeneratedFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly content: string;
}

function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Every file of the project that is made from code, as it should be now. */
export function generatedFiles(): GeneratedFile[] {
  return [
    { path: 'rabbitmq/definitions.json', content: prettyJson(brokerDefinitions()) },
    { path: 'docs/asyncapi.json', content: prettyJson(asyncApiDocument()) },
    { path: 'docs/messages.md', content: messagesMarkdown() },
  ];
}
