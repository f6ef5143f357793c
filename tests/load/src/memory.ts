import type { Shop } from '@micromall/launcher';
import { residentMegabytes } from './processes.js';

export interface MemoryUse {
  readonly name: string;
  readonly megabytes: number;
}

/** What each process of the shop holds, broker and database aside. */
export async function measureMemory(shop: Shop): Promise<MemoryUse[]> {
  const uses: MemoryUse[] = [];
  for (const name of shop.processNames) {
    const pid = shop.process(name).pid();
    if (pid !== undefined) uses.push({ name, megabytes: await residentMegabytes(pid) });
  }
  return uses;
}
