const PREFIX = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d \[\w+\] <[\d.]+> ?/;
const BOOT_FAILED = /BOOT FAILED/;

/** A warning that every new node gives. */
const ORDINARY = /rebuilding indices from scratch/;

const MOST_LINES = 12;
const LONGEST_LINE = 600;

function bare(line: string): string {
  return line.replace(PREFIX, '').trim();
}

/** RabbitMQ prints the reason as an Erlang term over dozens of indented lines; one long line reads better. */
function bootFailure(lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line) => BOOT_FAILED.test(line));
  if (start === -1) return undefined;
  const words = lines.slice(start + 1).map(bare);
  const end = words.findIndex((line, index) => index > 1 && line === '');
  return words
    .slice(0, end === -1 ? undefined : end)
    .filter((line) => !/^=*$/.test(line))
    .join(' ');
}

function ofLevel(lines: readonly string[], level: string): string[] {
  return lines
    .filter((line) => line.includes(` [${level}] `))
    .map(bare)
    .filter((line) => line !== '');
}

/** Of a node's log, the lines that tell a person why it is not running. */
export function usefulLines(lines: readonly string[]): string[] {
  const failure = bootFailure(lines);
  if (failure !== undefined && failure !== '') return [failure.slice(0, LONGEST_LINE)];
  const candidates = [
    ofLevel(lines, 'error'),
    ofLevel(lines, 'warning').filter((line) => !ORDINARY.test(line)),
    lines.filter((line) => line.trim() !== ''),
  ];
  const chosen = candidates.find((candidate) => candidate.length > 0) ?? [];
  return chosen.slice(-MOST_LINES).map((line) => line.slice(0, LONGEST_LINE));
}
