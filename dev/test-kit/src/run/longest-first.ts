import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Projects in the order in which they run: whole shops start when the parts are through. */
const projects = ['parts-alone', 'parts', 'journeys', 'faults'];

/** The files that take longest, as measured; without them a fresh clone would end with one of these alone. */
const longest: readonly string[] = [
  'dev/launcher/test/broker.test.ts',
  'dev/launcher/test/launcher.test.ts',
  'dev/demo-catalogue/test/demo-catalogue.test.ts',
  'tests/configuration/prometheus-rules.test.ts',
  'platform/test/broker-restart.test.ts',
  'tests/journeys/purchase.test.ts',
  'tests/journeys/cards.test.ts',
  // Of the three that need the exclusive shop, no two at once.
  'tests/journeys/webhooks.test.ts',
  'tests/journeys/rush.test.ts',
  'tests/journeys/bad-input.requests.test.ts',
  'tests/journeys/expiry.test.ts',
  'tests/journeys/bad-input.purchases.test.ts',
  'tests/journeys/races.test.ts',
  'tests/faults/failpoints.test.ts',
  'tests/faults/start-stop.test.ts',
  'tests/faults/killed.test.ts',
  'tests/faults/storms.test.ts',
  'tests/faults/outages.test.ts',
  'tests/drill/test/drill.test.ts',
];

/** Runs the longest files of each project first, so that the workers end together. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = longest.indexOf(relative(this.ctx.config.root, moduleId));
      return projects.indexOf(project.name) * 1_000 + (place < 0 ? longest.length : place);
    };
    // Of the others, the largest or those that took longest the last time.
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
