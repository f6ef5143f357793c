import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';

/**
 * The components whose /metrics the tests can't ask, because they don't run there, and where the names were taken
 * from: one file each. Lines that begin with # say of which version, and how.
 */
export const capturedDirectory = join(repositoryRoot, 'prometheus', 'captured');

/** The names of the series that each captured component offers, by component. */
export function capturedMetricNames(): Map<string, Set<string>> {
  const files = readdirSync(capturedDirectory).filter((file) => file.endsWith('.txt'));
  return new Map(
    files.map((file) => {
      const lines = readFileSync(join(capturedDirectory, file), 'utf8').split('\n');
      const names = lines.filter((line) => line !== '' && !line.startsWith('#'));
      return [file.replace(/\.txt$/, ''), new Set(names)];
    }),
  );
}
