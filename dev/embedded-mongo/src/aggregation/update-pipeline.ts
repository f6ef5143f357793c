import { type Document, isDocument } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { parsePipeline, runPipeline } from './pipeline.js';
import { documentForMingo } from './values.js';

const ALLOWED_STAGES = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/** Applies an update written as an aggregation pipeline to one document. */
export function runUpdatePipeline(
  document: Document,
  stages: readonly unknown[],
  variables: Document,
): Document {
  const pipeline = parsePipeline(stages);
  for (const stage of pipeline) {
    const name = Object.keys(stage)[0] ?? '';
    if (!ALLOWED_STAGES.has(name))
      throw new CommandError(72, `${name} is not allowed to be used within an update`);
  }
  const [changed] = runPipeline([documentForMingo(document)], pipeline, variables, noCollections);
  if (isDocument(changed)) return changed;
  throw new CommandError(40228, 'the update pipeline has to result in an object');
}

function noCollections(): Document[] {
  throw new CommandError(72, 'an update cannot read other collections');
}
