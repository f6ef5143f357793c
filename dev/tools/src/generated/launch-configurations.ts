import { inspectorPorts } from '@micromall/launcher/inspectors';

// biome-ignore lint/suspicious/noTemplateCurlyInString: the editor puts the folder in its place.
const workspaceFolder = '${workspaceFolder}';
const compiled = [`${workspaceFolder}/*/dist/**/*.js`, `${workspaceFolder}/dev/*/dist/**/*.js`];
const notOurs = ['<node_internals>/**', '**/node_modules/**'];

function attachTo(program: string, port: number, where: { readonly label: string; readonly root: string }) {
  return {
    name: `${program} (${where.label})`,
    type: 'node',
    request: 'attach',
    address: '127.0.0.1',
    port,
    // The program starts again whenever it was compiled.
    restart: true,
    localRoot: workspaceFolder,
    remoteRoot: where.root,
    outFiles: compiled,
    skipFiles: notOurs,
  };
}

const places = [
  { label: 'npm run dev -- --inspect', root: workspaceFolder },
  { label: 'container', root: '/app' },
];

/** `.vscode/launch.json`: a debugger for each program of the shop, wherever it runs. */
export function launchConfigurations() {
  const programs = Object.entries(inspectorPorts);
  return {
    version: '0.2.0',
    configurations: [
      {
        name: 'The shop, to attach to',
        type: 'node-terminal',
        request: 'launch',
        command: 'npm run dev -- --inspect',
      },
      ...places.flatMap((place) => programs.map(([program, port]) => attachTo(program, port, place))),
    ],
    compounds: places.map((place) => ({
      name: `Every program (${place.label})`,
      configurations: programs.map(([program]) => `${program} (${place.label})`),
      stopAll: true,
    })),
  };
}
