// The program's start-up order and nothing else: data folder, single instance, then the shell's parts.
import { app } from 'electron';
import { setAppMenu } from './shell/app-menu.ts';
import { registerPageScheme } from './shell/page-session.ts';
import { claimDataDir, toProgramFiles } from './shell/paths.ts';
import { isHiddenStart } from './shell/start-at-login.ts';
import { startShell } from './shell/start-shell.ts';
import { createStderrLog } from './shell/stderr-log.ts';

const log = createStderrLog('shell');

app.setName('PgKeep');
// Windows groups notifications by this id; the installer's shortcut carries the same.
app.setAppUserModelId('org.pgkeep.desktop');
registerPageScheme();
const dataDir = claimDataDir();

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  app.whenReady().then(
    () => {
      setAppMenu();
      const files = toProgramFiles(__dirname);
      const shell = startShell({ dataDir, files, productVersion: app.getVersion(), log });
      app.on('second-instance', (_event, argv) => {
        // The system's start at login, when PgKeep runs already.
        if (!argv.includes('--hidden')) shell.openWindow();
      });
      app.on('activate', () => {
        shell.openWindow();
      });
      if (!isHiddenStart()) shell.openWindow();
    },
    (error: unknown) => {
      log.error(`the program cannot start: ${String(error)}`);
      app.exit(1);
    },
  );
  // The tray goes on without a window.
  app.on('window-all-closed', () => undefined);
}
