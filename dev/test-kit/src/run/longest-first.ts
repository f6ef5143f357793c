import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Projects in the order in which they run: whole shops start when the parts are through. */
const projects = ['parts', 'journeys', 'faults'];

/** The files that take longest, as measured; without them a fresh clone would end with one of these alone. */
const longest: readonly string[] = [];

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
