// Makes a fresh checkout ready for one npm script (packages, system libraries, Electron, PostgreSQL), then runs the
// script's program on the Node that came with the packages. Itself it runs on Node 18 before any package is there, says
// what it does on stderr, and takes no time when nothing is to do.
import {
  benchPrograms,
  electronLibraries,
  ensureDebianPackages,
  sessionPrograms,
  testExtras,
  testPrograms,
} from './setup/debian.mjs';
import { ensureElectron, listElectronPackages } from './setup/electron.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensurePostgres, listPostgresPackages } from './setup/postgres.mjs';
import { getScriptNode } from './setup/places.mjs';
import { SetupProblem, say, toMessage } from './setup/report.mjs';
import { startProgram } from './setup/start-program.mjs';

/** A screen with a session bus: what a desktop gives, and a bare `xvfb-run` does not. */
const hasDesktop = Boolean(
  (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY) && process.env.DBUS_SESSION_BUS_ADDRESS,
);

/** @type {Record<string, () => Promise<void>>} */
const modes = {
  app: async () => {
    await ensurePackages();
    const session = hasDesktop ? [] : sessionPrograms;
    await ensureDebianPackages([...electronLibraries, ...session, ...(await listElectronPackages())], 'the app');
    await ensureElectron();
  },
  demo: async () => {
    await ensurePackages();
    await ensurePostgres();
  },
  bench: async () => {
    await ensurePackages();
    await ensureDebianPackages([...benchPrograms, ...listPostgresPackages()], 'the bench');
    await ensurePostgres();
  },
  test: async () => {
    await ensurePackages();
    const programs = [
      ...sessionPrograms,
      ...testPrograms,
      ...listPostgresPackages(),
      ...(await listElectronPackages()),
    ];
    await ensureDebianPackages([...electronLibraries, ...programs], 'the tests', testExtras);
    await ensurePostgres();
    await ensureElectron();
  },
  check: ensurePackages,
  cli: ensurePackages,
};

const [mode = '', ...command] = process.argv.slice(2);
const prepare = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
if (!prepare) {
  say(`usage: node build/setup.mjs ${Object.keys(modes).join('|')} [program.ts [argument…]]`);
  process.exit(2);
}
try {
  await prepare();
  // A shell's `setup && node …` would go on with the old Node: it remembers where it found the first one.
  if (command.length > 0) process.exitCode = await startProgram(getScriptNode(), command);
} catch (error) {
  say(error instanceof SetupProblem ? error.message : (error instanceof Error && error.stack) || toMessage(error));
  process.exit(1);
}
