import { type ChildOptions, describeExit, startChild } from './child.js';
import { linesToShow, type Program, StartFailed } from './program.js';
import { type Supervised, supervise } from './supervise.js';

/** In which order things end: what runs once, services, what plays the outside world, then broker and database. */
const roles = ['job', 'service', 'external', 'backing-service'] as const;
export type Role = (typeof roles)[number];

/** How long each may take to end, in milliseconds, together under ten seconds. RabbitMQ 3.10 needs six. */
const GRACE_MS: Readonly<Record<Role, number>> = {
  job: 300,
  service: 2300,
  external: 700,
  'backing-service': 6400,
};

interface Member {
  readonly program: Pick<Program, 'name' | 'pid' | 'signal' | 'stop'>;
  readonly role: Role;
  readonly throwaway: boolean;
}

export interface ProcessGroupOptions {
  readonly print: (line: string) => void;
  /** Called with everything that runs, whenever that changes. */
  readonly onChange: (running: readonly { readonly name: string; readonly pid: number }[]) => void;
}

/** Everything of one shop that runs as a process. */
export interface ProcessGroup {
  /** Starts a program and keeps it running. `throwaway`: it is killed at the end, as its data is not needed. */
  launch(program: Program, role: Exclude<Role, 'job'>, throwaway?: boolean): Promise<void>;
  /** Runs a program to its end. Rejects with StartFailed when it does not exit with 0. */
  run(name: string, options: ChildOptions): Promise<void>;
  /** Ends a program that did not start as it should, and forgets it. */
  remove(name: string): Promise<void>;
  /** Of what is kept running. */
  names(): string[];
  member(name: string): Supervised | undefined;
  /** Ends everything, in order, within ten seconds. */
  stop(): Promise<void>;
  /** Ends everything at once, as hard as it goes, before it returns. */
  kill(): void;
}

export function createProcessGroup(options: ProcessGroupOptions): ProcessGroup {
  let members: Member[] = [];
  const supervised = new Map<string, Supervised>();
  let closing = false;

  function onChange(): void {
    options.onChange(
      members.flatMap(({ program: { name, pid } }) => {
        const running = pid();
        return running === undefined ? [] : [{ name, pid: running }];
      }),
    );
  }

  function add(member: Member): void {
    if (closing) throw new Error('The shop is stopping.');
    members.push(member);
  }

  function forget(name: string): void {
    members = members.filter(({ program }) => program.name !== name);
    supervised.delete(name);
    onChange();
  }

  function kill(): void {
    closing = true;
    for (const { program } of members) program.signal('SIGKILL');
  }
  // Whatever ends this process, nothing stays behind.
  process.once('exit', kill);

  async function end({ program, role, throwaway }: Member): Promise<void> {
    if (throwaway) program.signal('SIGKILL');
    await program.stop(GRACE_MS[role]);
  }

  return {
    async launch(program, role, throwaway = false) {
      const kept = supervise(program, { print: options.print, onChange });
      add({ program: kept, role, throwaway });
      supervised.set(program.name, kept);
      await kept.start();
    },
    async run(name, childOptions) {
      if (closing) throw new Error('The shop is stopping.');
      const { pid, signal, end: stop, exited, hasExited, lastLines } = startChild(childOptions);
      add({
        program: {
          name,
          signal,
          pid: () => (hasExited() ? undefined : pid),
          stop: async (graceMs) => void (await stop(graceMs)),
        },
        role: 'job',
        throwaway: false,
      });
      onChange();
      const exit = await exited;
      forget(name);
      if (exit.code !== 0) throw new StartFailed(name, describeExit(exit), lastLines(linesToShow));
    },
    async remove(name) {
      for (const member of members.filter(({ program }) => program.name === name)) await end(member);
      forget(name);
    },
    names: () => [...supervised.keys()],
    member: (name) => supervised.get(name),
    async stop() {
      closing = true;
      for (const role of roles) await Promise.all(members.filter((each) => each.role === role).map(end));
      process.off('exit', kill);
    },
    kill,
  };
}
