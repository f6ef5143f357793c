export function compileCommand(root: string): {
  readonly command: string;
  readonly args: readonly string[];
};
