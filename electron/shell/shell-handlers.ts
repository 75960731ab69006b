// The calls that only the shell can answer: versions, quit, links, the engine's state, and the dialog for the recovery kit.
import { app, dialog, shell, type BrowserWindow, type SaveDialogOptions } from 'electron';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { PgKeepClient, ShellHandlers } from '../../shared/ipc/contract.ts';
import type { EngineState } from './engine-process.ts';
import { findFile } from './paths.ts';

export interface ShellHandlersOptions {
  readonly productVersion: string;
  readonly docsDirs: readonly string[];
  readonly getWindow: () => BrowserWindow | null;
  readonly getEngineState: () => EngineState;
  readonly engine: Pick<PgKeepClient, 'keys'>;
  readonly requestQuit: () => void;
}

/** Where the person's own files lie in Drive; the app's folder carries the product's name. */
const driveUrl = 'https://drive.google.com/drive/search?q=PgKeep%20type%3Afolder';

export function createShellHandlers(options: ShellHandlersOptions): ShellHandlers {
  return {
    app: {
      describe: () => ({
        version: options.productVersion,
        electron: process.versions.electron,
        node: process.versions.node,
      }),
      // Answered first: the page that asked is about to go.
      quit: () => {
        setImmediate(options.requestQuit);
      },
      openLink: async ({ to }) => {
        if (to === 'drive-folder') await shell.openExternal(driveUrl);
        else await openDocument(to === 'restore-guide' ? 'restore.md' : 'google-setup.md', options.docsDirs);
      },
    },
    engine: {
      getState: () => options.getEngineState(),
    },
    keys: {
      saveKit: async () => {
        const chosen = await askForFile(options.getWindow(), {
          title: 'Save the recovery kit',
          defaultPath: path.join(app.getPath('documents'), 'PgKeep recovery kit.txt'),
          filters: [{ name: 'Text', extensions: ['txt'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        return chosen === null ? null : options.engine.keys.writeKit({ path: chosen });
      },
    },
  };
}

async function askForFile(window: BrowserWindow | null, options: SaveDialogOptions): Promise<string | null> {
  const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}

async function openDocument(name: string, dirs: readonly string[]): Promise<void> {
  const file = findFile(dirs, name);
  const problem = file ? await shell.openPath(file) : 'it is not part of this installation';
  if (problem !== '') {
    throw new AppError('input/not-found', `the guide ${name} cannot be opened: ${problem}`, {
      context: { what: 'guide' },
    });
  }
}
