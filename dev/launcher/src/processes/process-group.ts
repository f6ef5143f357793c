import type { Unit } from './processes/unit.js';
import { type Supervised, supervise } from './supervise.js';

/** In which order things end: services first, then what stands in for the outside, then broker and database. */
export const roles = ['service', 'outside', 'foundation'] as const;
export type Role = (typeof roles)[number];

/** How long each may take to end, in milliseconds, together under ten seconds. RabbitMQ 3.10 needs six. */
const GRACE_MS: Readonly<Record<Role, number>> = { service: 2500, outside: 700, foundation: 6400 };

interface Member {
  readonly unit: Supervised;
  readonly role: Role;
  readonly throwaway: boolean;
}

export interface FleetOptions {
  readonly say: (line: string) => void;
  /** Called with everything that runs, whenever that changes. */
  readonly onChange: (running: readonly { readonly name: string; readonly pid: number }[]) => void;
}

/** Everything of one shop that runs as a process. */
export interface Fleet {
  /** Starts a unit and keeps it running. `throwaway`: it is killed at the end, as its data is not needed. */
  launch(unit: Unit, role: Role, throwaway?: boolean): Promise<void>;
  /** Ends a unit that did not start as it should, and forgets it. */
  leaveOut(name: string): Promise<void>;
  names(): string[];
  member(name: string): Supervised | undefined;
  /** Ends everything, in order, within ten seconds. */
  stop(): Promise<void>;
  /** Ends everything at once, as hard as it goes, before it returns. */
  kill(): void;
}

export function createFleet(options: FleetOptions): Fleet {
  const members: Member[] = [];
  let closing = false;

  function running(): { name: string; pid: number }[] {
    return members.flatMap(({ unit }) => {
      const pid = unit.pid();
      return pid === undefined ? [] : [{ name: unit.name, pid }];
    });
  }

  function kill(): void {
    closing = true;
    for (const { unit } of members) unit.signal('SIGKILL');
  }
  // Whatever ends this process, nothing stays behind.
  process.once('exit', kill);

  async function end({ unit, role, throwaway }: Member): Promise<void> {
    if (throwaway) unit.signal('SIGKILL');
    await unit.stop(GRACE_MS[role]);
  }

  return {
    async launch(unit, role, throwaway = false) {
      if (closing) throw new Error('The shop is stopping.');
      const supervised = supervise(unit, {
        say: options.say,
        onChange: () => options.onChange(running()),
      });
      members.push({ unit: supervised, role, throwaway });
      await supervised.start();
    },
    async leaveOut(name) {
      const index = members.findIndex(({ unit }) => unit.name === name);
      for (const member of index < 0 ? [] : members.splice(index, 1)) await end(member);
    },
    names: () => members.map(({ unit }) => unit.name),
    member: (name) => members.find(({ unit }) => unit.name === name)?.unit,
    async stop() {
      closing = true;
      for (const role of roles) await Promise.all(members.filter((each) => each.role === role).map(end));
      process.off('exit', kill);
    },
    kill,
  };
}
