// Bundles the app and starts it in whichever Electron is set up, with this terminal attached. Arguments are passed on.
import { statSync } from 'node:fs';
import path from 'node:path';
import { stop } from 'esbuild';
import { bundle } from './bundle.mjs';
import { getElectron, writeRuntimeFile } from './electron-runtime.mjs';
import { root } from './setup/places.mjs';
import { ask } from './setup/run.mjs';
import { startProgram } from './setup/start-program.mjs';

const log = (line) => process.stderr.write(`${line}\n`);
const args = process.argv.slice(2);

const isHeadless = args.some((arg) => arg.startsWith('--ozone-platform'));
if (process.platform === 'linux' && !isHeadless && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  log(
    'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). Start the app on a desktop, or try it with',
  );
  log('a virtual display, a session bus and a key store of its own:');
  log(
    "  dbus-run-session -- sh -c 'echo try | gnome-keyring-daemon --unlock --components=secrets && " +
      "xvfb-run -a npm start -- --password-store=gnome-libsecret'",
  );
  process.exit(1);
}

await bundle({ log });
// esbuild's own process would stay as long as this one.
await stop();
const runtime = getElectron();
writeRuntimeFile(runtime);
log(`starting PgKeep on Electron ${runtime.version}`);
const switches = canSandbox(runtime) ? [] : ['--no-sandbox'];
process.exitCode = await startProgram(runtime.executablePath, [...switches, root, ...args]);

/**
 * Chromium's sandbox refuses to run as root, and elsewhere on Linux needs either user namespaces or its helper set up by
 * root (an installed package does that); without them it ends the program. The window loads the project's own page only.
 */
function canSandbox({ executablePath }) {
  if (process.platform !== 'linux') return true;
  if (process.getuid?.() === 0) return false;
  if (ask('unshare', ['--user', 'true']).ok) return true;
  const helper = path.join(path.dirname(executablePath), 'chrome-sandbox');
  const { uid, mode } = statSync(helper, { throwIfNoEntry: false }) ?? { uid: -1, mode: 0 };
  if (uid === 0 && (mode & 0o4000) !== 0) return true;
  log("WITHOUT CHROMIUM'S SANDBOX: this system gives programs no user namespaces. To have it:");
  log(`  sudo chown root '${helper}' && sudo chmod 4755 '${helper}'`);
  return false;
}
