import type { Machine } from './machine.mjs';

export type Decision =
  | { readonly action: 'none' }
  | { readonly action: 'apt'; readonly packages: readonly string[] }
  | { readonly action: 'refuse'; readonly sentence: string };

export interface LockFile {
  readonly packages?: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly integrity?: string;
        readonly optional?: boolean;
        readonly devOptional?: boolean;
        readonly peer?: boolean;
      }
    >
  >;
}

export function nodeProblem(version: string): string | undefined;
export function brokerDecision(machine: Machine): Decision;
export function chromiumDecision(machine: Machine): Decision;
export function prometheusDecision(machine: Machine): Decision;
export function packagesAreCurrent(locked: LockFile, installed: LockFile | undefined): boolean;
