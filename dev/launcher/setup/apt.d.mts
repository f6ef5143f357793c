export function installWithApt(
  packages: readonly string[],
  options?: { readonly policy?: string; readonly aptGet?: string },
): Promise<void>;
