// Whether PgKeep starts, without its window, when the person signs in: the system's own list on Windows and macOS, a file in
// the desktop's autostart folder on Linux.
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Log } from '../engine/base/ports.ts';
import { writeFileAtomic } from '../engine/base/atomic-file.ts';
import { isEntryOn, toAutostartEntry } from './autostart-entry.ts';

export interface StartAtLogin {
  /** What the system says now; it has switches of its own. */
  readonly isOn: () => boolean;
  /** Throws `app/start-at-login` when the system did not take it. */
  readonly set: (isOn: boolean) => Promise<void>;
}

/** True when this start was the system's: no window then. */
export function isHiddenStart(): boolean {
  if (app.commandLine.hasSwitch('hidden')) return true;
  // macOS passes no arguments on.
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

export function createStartAtLogin(dataDir: string, log: Log): StartAtLogin {
  const args = [
    // Not packaged: the program is Electron, and the app's folder says what to run.
    ...(process.defaultApp ? [app.getAppPath()] : []),
    '--hidden',
    ...(app.commandLine.hasSwitch('data-dir') ? [`--data-dir=${dataDir}`] : []),
  ];
  return process.platform === 'linux' ? createFileSwitch(args, log) : createSystemSwitch(args);
}

function createFileSwitch(args: readonly string[], log: Log): StartAtLogin {
  // `appData` is $XDG_CONFIG_HOME, or ~/.config.
  const file = path.join(app.getPath('appData'), 'autostart', 'org.pgkeep.desktop.desktop');
  // An AppImage runs from a folder that is gone after the end; the variable has the file itself.
  const entry = toAutostartEntry([process.env['APPIMAGE'] ?? process.execPath, ...args]);
  const read = (): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  const write = (): Promise<void> => writeFileAtomic(file, entry, 0o644);
  // The program was moved, or a new version has another name.
  if (app.isPackaged && isEntryOn(read()) && read() !== entry) {
    write().catch((error: unknown) => {
      log.warn(`the autostart entry still names the program's old place: ${String(error)}`);
    });
  }
  return {
    isOn: () => isEntryOn(read()),
    set: async (isOn) => {
      try {
        await (isOn ? write() : rm(file, { force: true }));
      } catch (error) {
        throw new AppError('app/start-at-login', `${file} cannot be changed: ${String(error)}`, { context: { file } });
      }
    },
  };
}

function createSystemSwitch(args: readonly string[]): StartAtLogin {
  const isWindows = process.platform === 'win32';
  // Windows wants one line, in which each argument is quoted by itself.
  const options = isWindows ? { args: args.map((argument) => (/\s/.test(argument) ? `"${argument}"` : argument)) } : {};
  const isOn = (): boolean => {
    const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(options);
    return isWindows ? executableWillLaunchAtLogin : openAtLogin;
  };
  return {
    isOn,
    set: (wanted) => {
      app.setLoginItemSettings({ ...options, openAtLogin: wanted });
      return isOn() === wanted
        ? Promise.resolve()
        : Promise.reject(new AppError('app/start-at-login', 'the system did not take the change'));
    },
  };
}
