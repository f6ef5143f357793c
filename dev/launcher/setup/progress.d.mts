export interface Progress {
  /** Does `work`, shows it as `name` when it takes over a second, and passes its result or error on. */
  step<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Writes a line without tearing the one that spins. */
  print(line: string): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function createProgress(stream?: ProgressStream): Progress;
export function seconds(milliseconds: number): string;
