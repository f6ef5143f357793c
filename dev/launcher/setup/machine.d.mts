export type Environment = Readonly<Record<string, string | undefined>>;

/** What the decisions of setup depend on. */
export interface Machine {
  readonly platform: string;
  readonly nodeVersion: string;
  readonly root: boolean;
  /** Debian or a system made from it, with apt-get. */
  readonly debian: boolean;
  readonly fedora: boolean;
  readonly arch: boolean;
  readonly rabbitmqUrl: string | undefined;
  readonly rabbitServer: string | undefined;
  readonly chromium: string | undefined;
  readonly chromiumPath: string | undefined;
  /** With promtool beside it, which checks rules. */
  readonly prometheus: string | undefined;
}

export function isExecutable(path: string): boolean;
export function toolPath(environment: Environment): string;
export function findProgram(
  name: string,
  environment: Environment,
  executable?: (path: string) => boolean,
): string | undefined;
export function findRabbitServer(
  environment: Environment,
  executable?: (path: string) => boolean,
): string | undefined;
export function findChromium(
  environment: Environment,
  executable?: (path: string) => boolean,
): string | undefined;
export function findPrometheus(
  environment: Environment,
  executable?: (path: string) => boolean,
): string | undefined;
export function describeMachine(environment?: Environment): Machine;
